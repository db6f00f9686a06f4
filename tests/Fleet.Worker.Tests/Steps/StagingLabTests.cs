using Fleet.Contracts.Phases;

namespace Fleet.Worker.Tests.Steps;

public sealed class StagingLabTests
{
    [Fact]
    public async Task The_installer_is_replaced_once_however_often_it_is_asked_for()
    {
        await using var zone = await LabSteps.ZoneAsync("healthy");
        await zone.PreflightAsync();
        await zone.StagedAsync();
        (await zone.DoneAsync("stage-package", "replace-installer")).AlreadyDone.ShouldBeTrue();
        (await zone.OnZoneAsync("ls -A /root | grep installer")).Split('\n').ShouldBe(
            [".fleet-qingcloud-installer", "qingcloud-installer", "qingcloud-installer_4.10.0-20200630_amd64.tar.gz", "qingcloud-installer_4.9.3"]);
        (await zone.OnZoneAsync("cat /root/qingcloud-installer/version.json")).ShouldContain("4.10.0");
    }

    [Theory]
    [InlineData("healthy-4.2", "mv /root/qingcloud-installer /root/qingcloud-installer_4.2.1", "renamed already")]
    [InlineData("by-hand-stage-package", "rm -rf /root/qingcloud-installer/bootstrap", "half unpacked by hand")]
    [InlineData("bash-start-up", "mkdir /root/qingcloud-installer_4.9.3", "the name is taken")]
    public async Task Whatever_was_half_done_before_the_new_installer_gets_there_whole(string profile, string before, string why)
    {
        await using var zone = await LabSteps.ZoneAsync(profile);
        await zone.PreflightAsync();
        await zone.OnZoneAsync(before);
        await zone.StagedAsync();
        (await zone.OnZoneAsync("test -x /root/qingcloud-installer/bootstrap/upgrade.sh && cat /root/qingcloud-installer/version.json")).ShouldContain("4.10.0", customMessage: why);
        (await zone.OnZoneAsync("ls -d /root/.fleet-unpack* 2>/dev/null || true")).ShouldBe("");
    }

    [Fact]
    public async Task A_package_that_lies_there_is_verified_and_not_uploaded()
    {
        await using var zone = await LabSteps.ZoneAsync("package-on-firstbox");
        var package = zone.Package;
        zone.Package = package with { OnFirstbox = $"/root/{package.FileName}", Size = 0 };
        await zone.PreflightAsync();
        await zone.StagedAsync();
        zone.Package = zone.Package with { Digest = new string('0', 64) };
        (await zone.RunAsync("stage-package", "upload-package")).Findings[0].Code.ShouldBe("package-digest-differs");
        zone.Package = zone.Package with { OnFirstbox = "/root/nothing.tar.gz" };
        (await zone.RunAsync("stage-package", "upload-package")).Findings[0].Code.ShouldBe("package-not-on-firstbox");
    }

    [Theory]
    [InlineData("cd /tmp && mkdir -p x/qingcloud-installer && cp /root/qingcloud-installer/version.json x/qingcloud-installer/ && ln -s /etc x/qingcloud-installer/out && tar -C x -zcf P qingcloud-installer", "package-unsafe")]
    [InlineData("cd /tmp && mkdir -p y/qingcloud-installer && cp /root/qingcloud-installer/version.json y/qingcloud-installer/ && echo x >evil && tar -C y -zcPf P qingcloud-installer ../evil", "package-unsafe")]
    [InlineData("cd /tmp && tar -C /root -zcf P qingcloud-installer", "package-version-differs")]
    [InlineData("head -c 5000 /dev/urandom >P", "package-unreadable")]
    public async Task A_package_that_is_not_what_it_should_be_is_refused_before_anything_is_unpacked(string make, string code)
    {
        await using var zone = await LabSteps.ZoneAsync("sub");
        var path = $"/root/made-{Guid.NewGuid():N}.tar.gz";
        await zone.OnZoneAsync(make.Replace("P", path, StringComparison.Ordinal).Replace($"zc{path}f", "zcPf", StringComparison.Ordinal));
        zone.Package = zone.Package with { OnFirstbox = path };
        var result = await zone.RunAsync("stage-package", "inspect-package");
        result.Outcome.ShouldBe(StepOutcome.Failed);
        result.Findings[0].Code.ShouldBe(code, LabStep.Tell(result));
    }
}
