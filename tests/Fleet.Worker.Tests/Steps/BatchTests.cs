using System.Diagnostics;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;
using Fleet.Worker.Steps.ReplaceInstaller;

namespace Fleet.Worker.Tests.Steps;

/// <summary>Scripts that are made here, run by the real sh.</summary>
public sealed class BatchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fleet-batch-").FullName;

    [Fact]
    public async Task Whatever_a_part_prints_it_comes_back_as_it_is_with_its_exit_code()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "gbk"), [0xb4, 0xed, 0xce, 0xf3]);
        var batch = await RunAsync(Batch.Script(
            ("frame", "printf 'fleet-part x YQ==\\n\\nfleet-exit=7\\n\\n'; exit 3"),
            ("gbk", $"cat {_folder}/gbk"),
            ("missing", "cat /nonexistent/file"),
            ("big.gz", "head -c 3000000 /dev/zero | tr '\\0' x"),
            ("source/a b|c without d", "cat; echo read to the end")));
        batch["frame"].Exit.ShouldBe(3);
        batch["frame"].Text.ShouldBe("fleet-part x YQ==\n\nfleet-exit=7\n\n");
        batch["gbk"].Text.ShouldBe("错误");
        batch["missing"].Ok.ShouldBeFalse();
        batch["big.gz"].Text.Length.ShouldBe(3_000_000);
        batch["source/a b|c without d"].Text.ShouldBe("read to the end\n");
        batch["never asked"].Exit.ShouldBeNull();
    }

    [Fact]
    public async Task Files_of_a_folder_come_by_name()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "cloud_type.pek1a"), "private\r\n");
        var batch = await RunAsync(Batch.FilesScript("file", Sh.Quote(_folder), "cloud_type.* is_sub_zone.*"));
        batch["file/cloud_type.pek1a"].Text.ShouldBe("private\r\n");
        batch.Under("file/").Count().ShouldBe(1);
        (await RunAsync(Batch.FilesScript("file", "/nonexistent", "*"))).Under("file/").ShouldBeEmpty();
    }

    [Fact]
    public void A_torn_answer_is_no_answer()
    {
        Batch.Read("fleet-part a eHh4"u8.ToArray())["a"].Exit.ShouldBeNull("the exit code did not arrive");
        Batch.Read("fleet-part a !!!"u8.ToArray())["a"].Exit.ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("mv qingcloud-installer qingcloud-installer_4.2.1")]
    [InlineData("mkdir -p .fleet-unpack-@digest/qingcloud-installer && echo torn >.fleet-unpack-@digest/qingcloud-installer/version.json")]
    [InlineData("mkdir -p qingcloud-installer_4.2.1 qingcloud-installer_4.2.1-2")]
    [InlineData("rm -r qingcloud-installer && ln -s /etc qingcloud-installer")]
    public async Task Replacing_the_installer_from_any_half_way_ends_whole_and_keeps_the_old_one(string halfWay)
    {
        await ShAsync("mkdir -p qingcloud-installer p/qingcloud-installer && echo old >qingcloud-installer/version.json && echo new >p/qingcloud-installer/version.json && tar -C p -zcf p.tar.gz qingcloud-installer");
        var digest = (await ShAsync("sha256sum <p.tar.gz | cut -d ' ' -f 1")).Trim();
        if (halfWay.Length > 0)
            await ShAsync(halfWay.Replace("@digest", digest[..16], StringComparison.Ordinal));
        var script = InstallerScript.Replace($"{_folder}/p.tar.gz", digest, $"{_folder}/qingcloud-installer", "4.2.1");
        await ShAsync(script);
        (await ShAsync("cat qingcloud-installer/version.json")).ShouldBe("new\n");
        (await ShAsync(script)).ShouldContain(InstallerScript.AlreadyThere);
        (await ShAsync("ls -A | grep -c unpack || true")).ShouldBe("0\n");
        if (!halfWay.StartsWith("rm", StringComparison.Ordinal))
            (await ShAsync("cat qingcloud-installer_4.2.1*/version.json")).ShouldBe("old\n");
    }

    [Fact]
    public async Task A_package_that_changed_after_it_was_verified_is_not_unpacked()
    {
        await ShAsync("mkdir -p qingcloud-installer && echo x >p.tar.gz");
        var result = await TryAsync(InstallerScript.Replace($"{_folder}/p.tar.gz", new string('a', 64), $"{_folder}/qingcloud-installer", "4.2.1"));
        result.Exit.ShouldBe(1);
        Directory.Exists(Path.Combine(_folder, "qingcloud-installer")).ShouldBeTrue("the old one stays where it is");
    }

    [Fact]
    public async Task A_package_that_changes_between_the_look_at_it_and_its_unpacking_is_not_put_in_place()
    {
        await ShAsync("mkdir -p qingcloud-installer p/qingcloud-installer && echo old >qingcloud-installer/version.json && echo new >p/qingcloud-installer/version.json && tar -C p -zcf p.tar.gz qingcloud-installer && echo evil >p/qingcloud-installer/version.json && tar -C p -zcf evil.tar.gz qingcloud-installer");
        var digest = (await ShAsync("sha256sum <p.tar.gz | cut -d ' ' -f 1")).Trim();
        // Behind the first look at the bytes, and before they are unpacked.
        var script = InstallerScript.Replace($"{_folder}/p.tar.gz", digest, $"{_folder}/qingcloud-installer", "4.2.1");
        var changed = script.Replace("echo \"Unpacking $package\"", "cp evil.tar.gz p.tar.gz", StringComparison.Ordinal);
        changed.ShouldNotBe(script);
        var (exit, output) = await TryAsync(changed);
        exit.ShouldBe(1);
        output.ShouldContain("changed while it was unpacked");
        (await ShAsync("cat qingcloud-installer/version.json; ls -A | grep -c unpack || true")).ShouldBe("old\n0\n");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<Batch> RunAsync(string script) => Batch.Read((await StartAsync(script)).Output);

    private async Task<string> ShAsync(string script)
    {
        var (exit, output) = await TryAsync(script);
        exit.ShouldBe(0, output);
        return output;
    }

    private async Task<(int Exit, string Output)> TryAsync(string script)
    {
        var (exit, output) = await StartAsync(script);
        return (exit, System.Text.Encoding.UTF8.GetString(output));
    }

    private async Task<(int Exit, byte[] Output)> StartAsync(string script)
    {
        using var sh = Process.Start(new ProcessStartInfo("sh") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = _folder })!;
        await sh.StandardInput.WriteAsync(script);
        sh.StandardInput.Close();
        using var output = new MemoryStream();
        await sh.StandardOutput.BaseStream.CopyToAsync(output);
        await sh.WaitForExitAsync();
        return (sh.ExitCode, output.ToArray());
    }
}
