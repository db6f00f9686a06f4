using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps;
using Fleet.Worker.Steps.Bootstrap;
using Fleet.Worker.Steps.CheckNodes;
using Fleet.Worker.Steps.CheckQemu;
using Fleet.Worker.Steps.CheckVariables;
using Fleet.Worker.Steps.CheckVersions;
using Fleet.Worker.Steps.Guards;
using Fleet.Worker.Steps.Reading;
using Fleet.Worker.Steps.ReleaseGuard;
using Fleet.Worker.Steps.SetGuard;
using Fleet.Worker.Steps.Shell;
using Fleet.Worker.Steps.UpgradePackages;
using Fleet.Worker.Tests.Phases.Scripted;

namespace Fleet.Worker.Tests.Steps;

/// <summary>Verdicts as tables, without a zone.</summary>
public sealed class VerdictTests
{
    private static readonly Target Target = new("4.3.2", "20261101", "20261105");

    [Theory]
    [InlineData("4.3.2", true, "pitrix-installer-cli\t4.3.2-1\tinstall ok installed", true)]
    [InlineData("4.2.1", true, "pitrix-installer-cli\t4.3.2\tinstall ok installed", false)]
    [InlineData("4.3.2", false, "pitrix-installer-cli\t4.3.2\tinstall ok installed", false)]
    [InlineData("4.3.2", true, "pitrix-installer-cli\t4.3.2\tinstall ok half-configured", false)]
    [InlineData("4.3.2", true, "pitrix-installer-cli\t4.2.1\tinstall ok installed", false)]
    [InlineData("4.3.2", true, "pitrix-installer-old\t4.0\tdeinstall ok config-files\npitrix-installer-cli\t4.3.2\tinstall ok installed", true)]
    [InlineData("4.3.2", true, "", false)]
    public void A_bootstrap_is_done_only_by_all_three_signs(string installer, bool saysDone, string packages, bool done)
    {
        var log = UpgradeLog.Read("x Info: Begin to upgrade platform...\n" + (saysDone ? UpgradeLog.SuccessLine : "Error!"));
        var signs = new BootstrapSigns(new VersionJson { Installer = installer, Qingcloud = installer == "4.3.2" ? "20261101" : "20190318" }, log, InstalledPackages.Read(packages), Target);
        signs.Done.ShouldBe(done);
        var result = BootstrapVerdict.Of(signs, 0, []);
        result.Outcome.ShouldBe(done ? StepOutcome.Succeeded : StepOutcome.Failed);
        if (!done)
            result.Findings[0].Code.ShouldBe(signs.VersionsWritten ? "bootstrap-half-done" : "bootstrap-failed");
    }

    [Theory]
    [InlineData(126)]
    [InlineData(127)]
    public void A_script_that_is_not_there_is_named(int exit)
    {
        var outcome = new ExecutionOutcome(ExecutionEnd.Exited, exit, "sh: 1: /x/post_upgrade.sh: not found\n", 0, false, DateTimeOffset.UnixEpoch, []);
        var shell = ShellVerdict.Of(Small.Shell("post-upgrade", "x"), "/x/post_upgrade.sh -i; true", outcome, []).Findings.ShouldHaveSingleItem();
        (shell.Code, shell.Args["path"], shell.Lines.Count).ShouldBe(("script-missing", "/x/post_upgrade.sh", 1));
        var bootstrap = BootstrapVerdict.Of(new BootstrapSigns(null, UpgradeLog.Read(""), InstalledPackages.Read(""), Target), exit, ["not found"], "/x/upgrade.sh").Findings.ShouldHaveSingleItem();
        (bootstrap.Code, bootstrap.Args["path"], bootstrap.Lines.Count).ShouldBe(("script-missing", "/x/upgrade.sh", 1));
    }

    [Theory]
    [InlineData("4.3.0", "20250101", "4.3.0-20250101")] // another upgrade did not end: this one's bootstrap backs up what is current
    [InlineData("4.3.2", "20261101", "4.2.1-20190318")]
    [InlineData("4.3.2", "20250101", "4.3.2-20250101")]
    public void The_backups_folder_is_named_by_what_the_bootstrap_finds(string installer, string qingcloud, string folder)
    {
        var zone = new ZoneReading { Version = new VersionJson { Installer = installer, Qingcloud = qingcloud, OldUpgrade = "20190320", NewUpgrade = "20250105", Old = [new OldVersion("4.2.1", "20190318", "20190320")] } };
        var facts = VersionFacts.Of(zone, Standing.Of(zone, Target), Target, "/pitrix/backup/");
        facts["backup.folder"].ShouldBe($"/pitrix/backup/{folder}");
        facts["versions.old-installer"].ShouldBe(folder.Split('-')[0]);
    }

    [Fact]
    public void Arrived_means_the_targets_versions_and_nothing_left_over()
    {
        var there = new ZoneReading { Version = new VersionJson { Installer = "4.3.2", Qingcloud = "20261101", Upgrade = "20261105" } };
        ArrivedVerdict.Of(there, Target).Outcome.ShouldBe(StepOutcome.Succeeded);
        ArrivedVerdict.Of(there with { Markers = [new Marker("pre_upgrade", 1)] }, Target).Findings[0].Code.ShouldBe("markers-left");
        ArrivedVerdict.Of(new ZoneReading { Version = there.Version! with { Upgrade = null, NewUpgrade = "20261105" } }, Target).Findings.ShouldContain(f => f.Code == "new-upgrade-left");
        ArrivedVerdict.Of(new ZoneReading { VersionProblem = "it is empty" }, Target).Findings[0].Code.ShouldBe("versions-unreadable");
    }

    [Theory]
    [InlineData("", "a,b,c", "a,b,c", "")]
    [InlineData("b", "a,c", "a,c", "b")]
    public void A_first_try_knows_who_had_the_flag_before(string flagged, string clear, string nodes, string before)
    {
        var plan = GuardPlan.Of("rescue-disabled", null, Flags(flagged, clear));
        (string.Join(',', plan.Nodes), string.Join(',', plan.HadBefore), plan.Since).ShouldBe((nodes, before, null));
    }

    [Fact]
    public void A_later_try_takes_its_own_flags_for_its_own_and_keeps_nodes_that_left_the_group()
    {
        var known = new GuardState { Name = "rescue-disabled", Nodes = ["a", "gone"], HadBefore = ["b"] };
        var plan = GuardPlan.Of("rescue-disabled", known, Flags("a,b", "new"));
        plan.Nodes.ShouldBe(["a", "gone", "new"]);
        plan.HadBefore.ShouldBe(["b"]);
        GuardPlan.Of("rescue-disabled", known, Flags("a,b,other", "")).HadBefore.ShouldBe(["b", "other"], "a new node with a flag had it before us");
    }

    [Fact]
    public void A_flag_that_the_site_has_taken_away_since_is_set_and_ours()
    {
        var plan = GuardPlan.Of("rescue-disabled", new GuardState { Name = "rescue-disabled", Nodes = ["a"], HadBefore = ["b", "c"] }, Flags("a,c", "b"));
        (string.Join(',', plan.Nodes), string.Join(',', plan.HadBefore)).ShouldBe(("a,b", "c"));
    }

    [Theory]
    [InlineData(false, false, true, false, 0)] // before packages: the new installer alone does not stop a release
    [InlineData(false, true, true, false, 1)] // pre_upgrade ran: asked first
    [InlineData(false, true, true, true, 0)] // and a person may say so
    [InlineData(true, true, true, true, 2)] // half upgraded: not even then
    [InlineData(true, false, true, true, 1)]
    [InlineData(true, false, false, false, 0)]
    public void What_stands_in_the_way_of_a_release(bool packagesBegun, bool preUpgradeDone, bool newUpgrade, bool chosen, int count) =>
        ReleaseRules.InTheWay("rescue-disabled", packagesBegun, preUpgradeDone, newUpgrade ? "20261105" : null, [], [], [], chosen).Count.ShouldBe(count);

    [Fact]
    public void Nothing_overrides_an_execution_that_is_alive_or_unresolved_or_a_hyper_that_is_unwell()
    {
        var finding = Finding.Of("x");
        ReleaseRules.InTheWay("g", false, false, null, [finding], [], [], chosen: true).ShouldHaveSingleItem();
        ReleaseRules.InTheWay("g", false, false, null, [], [finding], [], chosen: true).ShouldHaveSingleItem();
        ReleaseRules.InTheWay("g", false, false, null, [], [], [finding], chosen: true).ShouldHaveSingleItem();
        LedgerEntry Entry(LedgerState state, string step = "upgrade-packages") => new() { Phase = "upgrade-platform", Step = step, Attempt = 1, State = state, ExecutionId = "x" };
        ReleaseRules.Unresolved([Entry(LedgerState.Started), Entry(LedgerState.Unknown, "pre-upgrade"), Entry(LedgerState.Failed), Entry(LedgerState.Started, "enable-rescue")], "enable-rescue").Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("a", null)]
    [InlineData("", "quarantine-without-nodes")]
    [InlineData("a,b", "quarantine-whole-group")]
    [InlineData("a,b,c", "quarantine-whole-group")]
    [InlineData("../../etc/passwd", "quarantine-unknown-nodes")]
    [InlineData("a b", "quarantine-unknown-nodes")]
    public void Only_named_nodes_are_quarantined_and_never_a_whole_group(string named, string? code)
    {
        var nodes = new NodeList(new Dictionary<string, IReadOnlyList<string>?> { ["all"] = ["a", "b", "c"], ["hyper"] = ["a", "b"] }, new HashSet<string> { "a", "b", "c" });
        Quarantine.Refusal(named.Split(',', StringSplitOptions.RemoveEmptyEntries), nodes, "all")?.Code.ShouldBe(code);
        (Quarantine.Refusal(named.Split(',', StringSplitOptions.RemoveEmptyEntries), nodes, "all") is null).ShouldBe(code is null);
    }

    [Theory]
    [InlineData("proxy1", "", null)]
    [InlineData("boss1", "", "boss1 (database node)")]
    [InlineData("boss1,snap1", "boss1", "snap1 (first snapshot node)")]
    [InlineData("snap2", "", null)]
    [InlineData("boss1,snap1", "snap1,boss1", null)]
    public void What_much_hangs_on_is_quarantined_only_by_whoever_types_its_name(string named, string typed, string? missing)
    {
        var weighty = new Dictionary<string, string> { ["boss1"] = "database node", ["snap1"] = "first snapshot node" };
        var refusal = Quarantine.Untyped(named.Split(','), typed.Split(',', StringSplitOptions.RemoveEmptyEntries), weighty);
        refusal?.Code.ShouldBe("quarantine-not-typed");
        refusal?.Args["nodes"].ShouldBe(missing);
        (refusal is null).ShouldBe(missing is null);
    }

    [Theory]
    [InlineData("v1", "", null)]
    [InlineData("v1,v2", "", "vg")]
    [InlineData("v1,v2", "vg", null)]
    public void A_group_of_several_is_emptied_only_by_whoever_types_its_name(string named, string typed, string? emptied)
    {
        var groups = new NodeGroups(new Dictionary<string, IReadOnlyList<string>> { ["all"] = ["v1", "v2", "x"], ["vg"] = ["v1", "v2"], ["proxy"] = ["x"] }, new Dictionary<string, int>());
        Quarantine.Emptied(named.Split(','), typed.Split(',', StringSplitOptions.RemoveEmptyEntries), groups)?.Args["groups"].ShouldBe(emptied);
        (Quarantine.Emptied(named.Split(','), typed.Split(',', StringSplitOptions.RemoveEmptyEntries), groups) is null).ShouldBe(emptied is null);
    }

    [Theory]
    [InlineData(ReadKind.Sub, "sub", 0)]
    [InlineData(ReadKind.Global, "sub", 1)]
    [InlineData(ReadKind.Unknown, "sub", 1)]
    [InlineData(ReadKind.Both, "global", 1)]
    public void The_zones_kind_is_held_against_the_inventory(ReadKind read, string declared, int contradictions) =>
        ZoneKinds.Compare([new ZoneVariables("pek1a", "private", "f", read, "f")], [new ZoneIdTraits("pek1a", declared == "sub" ? ZoneKind.Sub : ZoneKind.Global, false)])
            .Contradictions.Count.ShouldBe(contradictions);

    [Fact]
    public void Ids_that_only_one_side_knows_are_contradictions_and_an_entry_without_an_id_means_all()
    {
        var read = new[] { new ZoneVariables("a", "private", "f", ReadKind.Sub, "f"), new ZoneVariables("b", "private", "f", ReadKind.Sub, "f") };
        ZoneKinds.Compare(read, [new ZoneIdTraits(null, ZoneKind.Sub, false)]).Contradictions.ShouldBeEmpty();
        ZoneKinds.Compare(read, [new ZoneIdTraits("a", ZoneKind.Sub, false), new ZoneIdTraits("c", ZoneKind.Sub, false)]).Contradictions.Select(c => c.ZoneId).ShouldBe(["b", "c"]);
    }

    [Fact]
    public void Old_nodes_are_known_by_their_settings() =>
        CheckQemuStep.OldNodes("h1:os_version=\"12.04.5\"\r\nh2:os_version=16.04.3\nh3:# os_version=12.04\nh4:os_version='12.04' # old\n", "12.04").ShouldBe(["h1", "h4"]);

    private static RescueFlags Flags(string flagged, string clear)
    {
        var with = flagged.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var without = clear.Split(',', StringSplitOptions.RemoveEmptyEntries);
        return new RescueFlags([.. with, .. without], with, without, [], []);
    }
}
