using Fleet.Contracts.Phases;

namespace Fleet.Worker.Tests.Steps;

public sealed class VerifiedBackupLabTests
{
    private const string Conf = "/pitrix/backup/4.9.3-20200110/installer/conf";
    private const string Dump = "/pitrix/backup/4.9.3-20200110/installer/installer_pg_dumpall.gz";

    [Fact]
    public async Task A_verified_backup_is_told_with_the_digest_that_sha256sum_gives_by_hand_and_another_when_a_byte_changes()
    {
        await using var zone = await LabSteps.ZoneAsync("healthy");
        await zone.BootstrappedAsync();
        var told = (await zone.DoneAsync("initialize-installer", "installer-backups")).Backups;
        told.Select(b => b.Path).Distinct().Count().ShouldBe(6);
        told.ShouldAllBe(b => b.Node == null && b.Files > 0 && b.Bytes > 0 && b.DigestOf == DigestOf.Contents && b.NoDigest == null);
        Of(told, Dump).Digest.ShouldBe(await zone.OnZoneAsync($"sha256sum {Dump} | cut -d ' ' -f 1"));
        Of(told, Conf).Digest.ShouldBe(await zone.OnZoneAsync($"cd {Conf} && find . -type f | LC_ALL=C sort | while read -r f; do sha256sum \"$f\"; done | sha256sum | cut -d ' ' -f 1"));

        await zone.OnZoneAsync($"f=$(find {Conf} -type f -size +0 | head -n 1); printf '\\001' | dd of=\"$f\" conv=notrunc bs=1 count=1 2>/dev/null");
        var again = (await zone.DoneAsync("initialize-installer", "installer-backups")).Backups;
        Of(again, Conf).Digest.ShouldNotBe(Of(told, Conf).Digest);
        Of(again, Dump).Digest.ShouldBe(Of(told, Dump).Digest);

        // Too large to be read: it says so, and such a byte is not noticed.
        zone.Options["contentMegabytes"] = "0";
        var sizes = (await zone.DoneAsync("initialize-installer", "installer-backups")).Backups;
        Of(sizes, Conf).DigestOf.ShouldBe(DigestOf.Sizes);
        Of(sizes, Conf).Digest.ShouldBe(await zone.OnZoneAsync($"cd {Conf} && find . -type f -printf '%s %p\\n' | LC_ALL=C sort -k 2 | sha256sum | cut -d ' ' -f 1"));
        Of(sizes, Dump).ShouldSatisfyAllConditions(d => d.DigestOf.ShouldBe(DigestOf.Contents), d => d.Digest.ShouldBe(Of(told, Dump).Digest));
    }

    [Fact]
    public async Task A_backup_on_the_snapshot_node_is_told_with_its_node_and_digest_and_those_that_are_whole_also_where_another_is_not()
    {
        await using var zone = await LabSteps.ZoneAsync("by-hand-prepare-platform");
        await zone.RunAsync("preflight", "versions");
        await zone.DoneAsync("upgrade-platform", "pre-upgrade");
        var told = (await zone.DoneAsync("upgrade-platform", "platform-backups")).Backups;
        var there = told.Single(b => b.Node is not null);
        there.Node.ShouldBe($"{zone.Zone.Name}-snapshot1");
        there.Path.ShouldBe($"/pitrix/qingcloud-bak.{zone.Facts["backup.version"]}");
        there.Digest.ShouldBe(await ByHandAsync($"{zone.Zone.ControlPath}/nodes/{there.Node}{there.Path}"));
        told.ShouldContain(b => b.Check == "dump" && b.Path.EndsWith("/qingcloud_pg_dumpall.gz", StringComparison.Ordinal), "dumps that lie beside are told too");

        await zone.OnZoneAsync($"rm {zone.Facts["backup.folder"]}/qingcloud/conf/nodes/hyper");
        var short1 = await zone.RunAsync("upgrade-platform", "platform-backups");
        short1.Outcome.ShouldBe(StepOutcome.Failed);
        short1.Backups.ShouldContain(b => b.Node == there.Node && b.Digest == there.Digest);
        short1.Backups.ShouldNotContain(b => b.Path.EndsWith("/qingcloud/conf", StringComparison.Ordinal), "it is not whole");
    }

    [Fact]
    public async Task A_digest_that_cannot_be_made_is_told_and_takes_nothing_from_a_whole_backup()
    {
        await using var zone = await LabSteps.ZoneAsync("healthy");
        await zone.BootstrappedAsync();
        // Where sort knows no -z, as on a firstbox that is older than any that we know.
        await zone.OnZoneAsync("cp /usr/bin/sort /pitrix/sort.real && printf '#!/bin/sh\\ncase $* in *-z*) exit 2 ;; esac\\nexec /pitrix/sort.real \"$@\"\\n' >/pitrix/sort && chmod 755 /pitrix/sort && mount --bind /pitrix/sort /usr/bin/sort");
        var result = await zone.DoneAsync("initialize-installer", "installer-backups");
        Of(result.Backups, Conf).ShouldSatisfyAllConditions(b => b.Digest.ShouldBeNull(), b => b.DigestOf.ShouldBeNull(), b => b.NoDigest!.Args["path"].ShouldBe(Conf));
        Of(result.Backups, Dump).Digest.ShouldNotBeNull();
        result.Findings.Select(f => f.Code).Distinct().ShouldBe(["backup-digest-missing"]);
    }

    private static VerifiedBackup Of(IReadOnlyList<VerifiedBackup> backups, string path) => backups.Single(b => b.Path == path);

    private static async Task<string> ByHandAsync(string folder)
    {
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh", ["-c", $"cd '{folder}' && find . -type f | LC_ALL=C sort | while read -r f; do sha256sum \"$f\"; done | sha256sum | cut -d ' ' -f 1"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var printed = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return printed.Trim();
    }
}
