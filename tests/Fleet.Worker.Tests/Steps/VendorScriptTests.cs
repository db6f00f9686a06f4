using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps.Shell;
using Fleet.Worker.Steps.VendorScript;
using Fleet.Worker.Tests.Phases.Scripted;

namespace Fleet.Worker.Tests.Steps;

public sealed class VendorScriptTests
{
    private const string Marker = "/pitrix/upgrade/pre_upgrade.Done";
    private const string Before = """{"current":{"installer":"4.3.0","qingcloud":"20261101","old_upgrade":"20200110","new_upgrade":"20261101"}}""";
    private const string After = """{"current":{"installer":"4.3.0","qingcloud":"20261101","upgrade":"20261101"}}""";

    [Theory]
    [InlineData(Before, false, "", false, false, null)]
    [InlineData(Before, true, "", false, false, "marker")]
    [InlineData(Before, true, null, false, false, null)]
    [InlineData(Before, true, "pre_upgrade", false, false, null)]
    [InlineData(Before, true, "upgrade_pkgs", false, false, "marker")]
    [InlineData(Before, true, "", true, false, null)]
    [InlineData(Before, true, "", false, true, null)]
    [InlineData(After, false, "pre_upgrade", true, false, "version")]
    [InlineData(After, false, "pre_upgrade", false, true, null)]
    [InlineData("{}", true, null, false, false, null)]
    public void A_marker_counts_only_if_this_zone_upgrade_saw_it_appear(string version, bool there, string? atStart, bool ranBefore, bool started, string? proof)
    {
        var facts = atStart is null ? [] : new Dictionary<string, string> { ["markers.at-start"] = atStart };
        var stand = VendorStand.Parse($"fleet-marker:{(there ? "there" : "absent")}\n{version}");
        VendorDone.Proof(new DoneProof { Marker = Marker }, stand, Small.Command().Package, facts, ranBefore, started).ShouldBe(proof);
    }

    [Theory]
    [InlineData("[fleet] exit=0 log-was=12:345 marker-was=none marker-is=7:1.5\n", 0, "12", 345, true)]
    [InlineData("[fleet] exit=0 log-was=none marker-was=7:1.5 marker-is=7:1.5\n", 0, null, 0, false)]
    [InlineData("[fleet] exit=0 log-was=none marker-was=7:1.5 marker-is=7:2.5\r\n", 0, null, 0, true)]
    [InlineData("[fleet] exit=0 log-was=none marker-was=none marker-is=7:2.5 sizes=,3:120,\r\n", 0, null, 0, true)]
    [InlineData("[fleet] exit=3 log-was=none marker-was=7:1.5 marker-is=none\n", 3, null, 0, false)]
    public void What_was_seen_around_a_command_is_read_off_its_last_line(string line, int exit, string? inode, long size, bool made)
    {
        var trace = TracedScript.Read("output\n" + line).ShouldNotBeNull();
        (trace.Exit, trace.LogInode, trace.LogSize, trace.MadeMarker).ShouldBe((exit, inode, size, made));
    }

    [Fact]
    public async Task Folders_are_measured_before_the_command_changes_them()
    {
        var script = TracedScript.Wrap("echo more >b; exit 3", null, null, "echo 2 7", "exit 1", "cat b | wc -l | sed 's/$/ 9/'");
        using var sh = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = Directory.CreateTempSubdirectory("fleet-traced-").FullName })!;
        await sh.StandardInput.WriteAsync($"echo one >b\n{script}");
        sh.StandardInput.Close();
        var trace = TracedScript.Read(await sh.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull();
        trace.Exit.ShouldBe(3);
        trace.Sizes.ShouldBe([new TreeSize(2, 7), null, new TreeSize(1, 9)]);
    }

    [Fact]
    public void A_runs_section_begins_with_the_last_line_that_begins_one() =>
        LogSection.LastRun("begin 1\nERROR\n begin 2\nwell\n", "begin").ShouldBe(" begin 2\nwell\n");

    [Fact]
    public void Errors_in_this_runs_section_of_the_log_are_found_with_their_lines()
    {
        var finding = LogSection.Errors("/x.log", "fine\nERROR:  relation exists\n\u001b[31m错误\u001b[0m: 不行\n", [@"\bERROR\b", "错误"]).Single();
        finding.Lines.ShouldBe(["ERROR:  relation exists", "错误: 不行"]);
        LogSection.Errors("/x.log", "no errors here\n", [@"\bERROR\b"]).ShouldBeEmpty();
    }

    [Fact]
    public void Lines_of_both_encodings_in_one_log_are_read_each_in_its_own()
    {
        byte[] log = [.. "错误: one\n"u8, 0xb4, 0xed, 0xce, 0xf3, .. ": two\n错误: three"u8];
        RemoteText.Decode(log).ShouldBe("错误: one\n错误: two\n错误: three");
        RemoteText.Decode(log.AsSpan()[1..]).ShouldEndWith("\n错误: two\n错误: three", customMessage: "a cut spoils its own line only");
    }

    [Theory]
    [InlineData("There are some manual steps to handle:\n  /pitrix/upgrade/upgrades/1/README\n  [/pitrix/upgrade/upgrades/2/README.q]\nThe upgrade is finished.\n", "/pitrix/upgrade/upgrades/1/README,/pitrix/upgrade/upgrades/2/README.q")]
    [InlineData("There are some manual steps to handle:\nThe upgrade is finished.\n", "")]
    [InlineData("All well.\n", "")]
    public void The_readmes_that_post_upgrade_names_are_remembered(string output, string paths) => string.Join(',', ManualReadmes.In(output)).ShouldBe(paths);

    [Theory]
    [InlineData("0", 0, true)]
    [InlineData("0,1", 1, true)]
    [InlineData("0", 1, false)]
    [InlineData("0", null, false)]
    public void An_exit_code_is_well_when_the_step_says_so(string accepted, int? exit, bool well) =>
        ShellVerdict.ExitAccepted(Small.Shell("a", "x") with { With = new Dictionary<string, string> { ["acceptExit"] = accepted } }, exit).ShouldBe(well);
}
