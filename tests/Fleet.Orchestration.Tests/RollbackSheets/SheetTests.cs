using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.RollbackSheets;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Tests.ZoneUpgrades;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Texts;

namespace Fleet.Orchestration.Tests.RollbackSheets;

public sealed class SheetTests
{
    private const string Folder = "/pitrix/backup/4.2.1-20190318";
    private static readonly string Digest = new('d', 64);

    [Fact]
    public void Of_a_zone_where_nothing_was_begun_there_is_nothing_to_take_back()
    {
        var sheet = Sheet(new ZoneScript());
        sheet.Phases.ShouldBeEmpty();
        sheet.Warnings.ShouldBeEmpty();
        sheet.PointOfNoReturn.ShouldBe(new PointOfNoReturn("upgrade-platform", "upgrade-packages", false));
    }

    [Fact]
    public void Phases_and_steps_stand_in_the_order_of_going_back_and_only_those_that_changed_something()
    {
        var sheet = Sheet(ZoneScript.At("upgrade-platform"));
        sheet.Phases.Select(p => p.Name).ShouldBe(["prepare-platform", "initialize-installer", "stage-package", "preflight"]);
        sheet.Phases[1].Steps.Select(s => s.Name).ShouldBe(["scan-repo", "qemu", "bootstrap"]);
        sheet.Phases[3].Steps.ShouldBeEmpty("preflight reads only");
        sheet.Phases.SelectMany(p => p.Steps).ShouldAllBe(s => s.Effect == StepEffect.RanWell);
        sheet.PointOfNoReturn!.Reached.ShouldBeFalse();
        sheet.Guards.Single().Name.ShouldBe("rescue-disabled");
    }

    [Theory]
    [InlineData(StepOutcome.Failed)]
    [InlineData(StepOutcome.Cancelled)]
    [InlineData(StepOutcome.Unknown)]
    [InlineData(StepOutcome.TimedOut)]
    [InlineData(null)]
    public void A_step_without_a_good_end_may_have_changed_the_zone_and_from_the_packages_on_the_point_of_no_return_is_behind(StepOutcome? outcome)
    {
        var zone = ZoneScript.At("upgrade-platform").Taken();
        foreach (var step in zone.Phase.Steps.TakeWhile(s => s.Name != "upgrade-packages").ToList())
            zone.Begin(step.Name).End(step.Name);
        zone.Begin("upgrade-packages");
        if (outcome is { } end)
            zone.End("upgrade-packages", end);
        var sheet = Sheet(zone);
        sheet.Phases[0].Steps[0].ShouldSatisfyAllConditions(s => s.Name.ShouldBe("upgrade-packages"), s => s.Effect.ShouldBe(StepEffect.MayHaveChanged), s => s.Scripts.ShouldBeEmpty("packages are not downgraded"), s => s.CannotUndo.ShouldNotBeEmpty());
        sheet.PointOfNoReturn.ShouldBe(new PointOfNoReturn("upgrade-platform", "upgrade-packages", true));
        sheet.Warnings.Any(w => w.Code == "rollback-outcome-unknown").ShouldBe(outcome is not (StepOutcome.Failed or StepOutcome.Cancelled));
        sheet.Before.Single(b => b.What.Code == "rollback-before-quiet").Met.ShouldBe(false);
    }

    [Fact]
    public void A_command_is_filled_in_and_verifies_its_backup_first()
    {
        var zone = Verified(new VerifiedBackup { Check = "tree", Path = $"{Folder}/installer/conf", Files = 3, Bytes = 10, At = Noon, Digest = Digest, DigestOf = DigestOf.Contents });
        var script = Step(Sheet(zone), "bootstrap").Scripts[0];
        script.Text.ShouldBe($$"""
            (
            set -eu
            test "$(cd {{Folder}}/installer/conf && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum | cut -c 1-64)" = {{Digest}} || { echo '{{Folder}}/installer/conf is not what was verified: nothing was done' >&2; exit 1; }
            present=/pitrix/conf back={{Folder}}/installer/conf stamp=$(date +%Y%m%d-%H%M%S)
            cp -a "$back" "$present.going-back-$stamp"
            [ ! -e "$present" ] || mv -T "$present" "$present.set-aside-$stamp"
            mv -T "$present.going-back-$stamp" "$present"
            echo "$present is what the backup has. What was there lies in $present.set-aside-$stamp"
            )
            """);
        (script.Verifies, script.On).ShouldBe((true, null));
        script.Problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false, null, "rollback-not-verified")]
    [InlineData(true, null, "rollback-no-digest")]
    [InlineData(true, DigestOf.Sizes, "rollback-digest-of-sizes")]
    public void A_command_that_cannot_verify_all_of_its_backup_says_so(bool verified, DigestOf? of, string code)
    {
        var backup = new VerifiedBackup { Check = "tree", Path = $"{Folder}/installer/conf", Files = 3, Bytes = 10, At = Noon, Digest = of is null ? null : Digest, DigestOf = of, NoDigest = of is null ? Finding.Of("backup-digest-missing", ("path", Folder)) : null };
        var script = Step(Sheet(verified ? Verified(backup) : Verified()), "bootstrap").Scripts[0];
        script.Verifies.ShouldBe(of is not null);
        script.Problems.Select(p => p.Code).ShouldBe([code]);
    }

    [Fact]
    public void The_newest_verification_of_a_path_counts()
    {
        var old = new VerifiedBackup { Check = "tree", Path = $"{Folder}/installer/conf", Files = 3, Bytes = 10, At = Noon, Digest = Digest, DigestOf = DigestOf.Contents };
        var sheet = Sheet(Verified(old with { At = Noon.AddHours(1), Digest = new string('e', 64) }, old));
        sheet.Phases.Single(p => p.Name == "initialize-installer").Backups.ShouldHaveSingleItem().Digest.ShouldBe(new string('e', 64));
        Step(sheet, "bootstrap").Scripts[0].Text.ShouldContain(new string('e', 64));
    }

    [Fact]
    public void What_is_not_on_record_is_not_filled_in_and_named()
    {
        var zone = Verified();
        zone.Row = zone.Row with { Facts = new Dictionary<string, string>() };
        var problem = Step(Sheet(zone), "replace-installer").Scripts[0].Problems.ShouldHaveSingleItem();
        (problem.Code, problem.Args["names"]).ShouldBe(("rollback-not-filled-in", "facts.versions.old-installer"));
    }

    [Fact]
    public void Values_are_quoted_and_a_command_for_nodes_names_exactly_those_of_the_guard()
    {
        var zone = Verified();
        zone.Row = zone.Row with { Facts = new Dictionary<string, string> { ["versions.old-installer"] = "4.2.1; rm -rf /", ["backup.folder"] = Folder } };
        Step(Sheet(zone), "replace-installer").Scripts[0].Text.ShouldContain("old=/root/qingcloud-installer_'4.2.1; rm -rf /' stamp=");
        var rescue = Step(Sheet(zone), "disable-rescue").Scripts.ShouldHaveSingleItem();
        rescue.On.ShouldBe("hyper01");
        rescue.Text.ShouldStartWith("/pitrix/upgrade/exec_nodes.sh -f hyper01 'rm -f /pitrix/conf/disable_hyperpair_rescue; if test -e ");
        zone.Row = zone.Row with { Guards = [.. zone.Row.Guards.Select(g => g with { Released = true })] };
        Step(Sheet(zone), "disable-rescue").Scripts.ShouldBeEmpty("the guard is not in force");
    }

    [Fact]
    public void A_backup_on_a_node_is_verified_there()
    {
        var zone = ZoneScript.At("upgrade-platform").Taken().Begin("pre-upgrade").End("pre-upgrade");
        var at = new VerifiedBackup { Check = "tree", Node = "snapshot01", Path = "/pitrix/qingcloud-bak.4.2.1-20190318", Files = 3, Bytes = 10, At = Noon, Digest = Digest, DigestOf = DigestOf.Contents };
        zone.Row = Facts(zone.Row) with { Steps = [.. zone.Row.Steps, new StepRecord { Phase = "upgrade-platform", Step = "platform-backups", Attempt = 1, Epoch = 1, StartedAt = Noon, Outcome = StepOutcome.Succeeded, Backups = [at] }] };
        var script = Step(Sheet(zone), "pre-upgrade").Scripts.Single(s => s.On is not null);
        script.On.ShouldBe("snapshot01");
        script.Text.ShouldStartWith($"/pitrix/upgrade/exec_nodes.sh -f snapshot01 'if test \"$(cd /pitrix/qingcloud-bak.4.2.1-20190318 && find . -type f -print0 |");
        script.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Backups_that_a_second_attempt_set_aside_are_named_where_they_lie()
    {
        var zone = ZoneScript.At("upgrade-platform").Taken().Begin("pre-upgrade").End("pre-upgrade", StepOutcome.Failed)
            .Hold("pre-upgrade", DecisionKind.FailedStep, [Choices.Retry, Choices.Fail]).Answer(Choices.Retry, "again").Taken().Begin("pre-upgrade").End("pre-upgrade");
        var step = Step(Sheet(zone), "pre-upgrade");
        step.Attempts.Select(a => a.Attempt).ShouldBe([1, 2]);
        step.Findings.Single(f => f.Code == "rollback-set-aside").Lines.ShouldBe([$"/pitrix/backup/fleet/{zone.Row.Id:N}/before-pre-upgrade-2"]);
    }

    [Fact]
    public void Where_the_record_is_not_complete_it_is_said()
    {
        var zone = ZoneScript.At("prepare-platform");
        zone.Row = zone.Row with { RecordLost = true, PhasesDone = ["preflight", "stage-package", "initialize-installer"], Steps = [.. zone.Row.Steps.Where(s => s.Phase != "stage-package")], Facts = new Dictionary<string, string> { ["standing.from"] = "initialize-installer" } };
        var sheet = Sheet(zone, returned: Noon);
        sheet.Warnings.Select(w => w.Code).ShouldBe(["rollback-record-lost", "rollback-begun-elsewhere", "rollback-zone-returned", "rollback-phase-without-record", "rollback-backups-not-kept"]);
        sheet.Phases.Single(p => p.Name == "stage-package").Steps.ShouldAllBe(s => s.Effect == StepEffect.MayHaveChanged && s.Attempts.Count == 0);
        foreach (var finding in sheet.Warnings.Concat(sheet.Before.Select(b => b.What)))
            Text.Render(finding.Code, finding.Args).ShouldNotContain("{");
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("operator", true)]
    public void A_person_must_have_the_zone(string? by, bool met) =>
        Sheet(new ZoneScript(), by).Before[0].ShouldSatisfyAllConditions(c => c.What.Code.ShouldBe(met ? "rollback-before-taken" : "rollback-before-take"), c => c.Met.ShouldBe(met));

    [Fact]
    public void Backups_are_kept_with_their_step_and_a_row_of_before_has_none()
    {
        var zone = ZoneScript.At("initialize-installer").Taken().Begin("bootstrap").End("bootstrap");
        var backup = new VerifiedBackup { Check = "dump", Path = $"{Folder}/installer/installer_pg_dumpall.gz", Files = 1, Bytes = 10, At = Noon, Digest = Digest, DigestOf = DigestOf.Contents };
        zone.End("installer-backups", backups: [backup]);
        var kept = System.Text.Json.JsonSerializer.Serialize(zone.Row, Json.Options);
        System.Text.Json.JsonSerializer.Deserialize<ZoneUpgrade>(kept, Json.Options)!.Steps.Single(s => s.Step == "installer-backups").Backups.ShouldBe([backup]);
        System.Text.Json.JsonSerializer.Deserialize<ZoneUpgrade>(kept.Replace("\"backups\"", "\"unheard\"", StringComparison.Ordinal), Json.Options)!.Steps.ShouldAllBe(s => s.Backups.Count == 0);
    }

    private static DateTimeOffset Noon { get; } = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private static ZoneScript Verified(params IReadOnlyList<VerifiedBackup> backups)
    {
        var zone = ZoneScript.At("upgrade-platform");
        zone.Row = Facts(zone.Row) with { Steps = [.. zone.Row.Steps.Select(s => s.Step == "installer-backups" ? s with { Backups = backups } : s)] };
        return zone;
    }

    private static ZoneUpgrade Facts(ZoneUpgrade row) => row with { Facts = new Dictionary<string, string> { ["backup.folder"] = Folder, ["backup.version"] = "4.2.1-20190318", ["versions.old-installer"] = "4.2.1" } };

    private static StepRollback Step(RollbackSheet sheet, string name) => sheet.Phases.SelectMany(p => p.Steps).Single(s => s.Name == name);

    private static RollbackSheet Sheet(ZoneScript zone, string? takenBy = null, DateTimeOffset? returned = null) =>
        SheetMaker.Of(new RollbackBasis { Row = zone.Row, Rollout = "night", Runbook = zone.Context.Runbook, TakenBy = takenBy, ReturnedAt = returned, Now = Noon });
}
