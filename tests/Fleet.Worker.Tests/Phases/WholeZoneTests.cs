using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Worker.Tests.Phases.Scripted;
using Fleet.ZoneLab;

namespace Fleet.Worker.Tests.Phases;

/// <summary>Whole zones through the engine with real SSH, the real runner and the lab's scripts; the orchestration is a list in the test.</summary>
public sealed class WholeZoneTests
{
    private static readonly string[] Phases = [.. LabConductor.Runbook.Phases.Where(p => p.Name != "global-website").Select(p => p.Name)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_healthy_zone_is_upgraded_by_the_whole_runbook_each_script_once_and_in_order()
    {
        await using var lab = await Lab.StartAsync(new LabOptions { Zones = [new ZoneSpec("pek1a")] }, Cancel);
        var zone = lab.Zones["pek1a"];
        await using var worker = await WorkerUnderTest.StartRealAsync(LabConductor.Runbook, lab.Package.Path);
        var conductor = new LabConductor(lab, zone);
        foreach (var phase in Phases)
            (await conductor.RunAsync(worker, phase)).ShouldBeOfType<PhaseSucceeded>(worker.Coordinator.Told());

        zone.Journal().Where(e => e.What == "begin" && e.Script is "upgrade.sh" or "pre_upgrade.sh" or "upgrade_pkgs.sh" or "post_upgrade.sh" && e.What == "begin").Select(e => e.Command)
            .ShouldBe(["upgrade.sh", "pre_upgrade.sh", "upgrade_pkgs.sh -i", "post_upgrade.sh"]);
        zone.NodesWith("/pitrix/conf/disable_hyperpair_rescue").ShouldBeEmpty();
        zone.Exists("/pitrix/upgrade/pre_upgrade.Done").ShouldBeFalse();
        conductor.Debts.ShouldBeEmpty();
        worker.Coordinator.Of<PromptRaised>().Count(p => p.Rule == "component").ShouldBe(worker.Coordinator.Of<PromptAnswered>().Count(a => a.Result == AnswerResult.Applied) - 1);
    }

    [Fact]
    public async Task A_component_that_fails_is_asked_about_with_its_nodes_and_their_logs_and_what_is_ignored_or_skipped_is_remembered()
    {
        await using var lab = await Lab.StartAsync(new LabOptions { Zones = [new ZoneSpec("pek1a", "component-fails-once")] }, Cancel);
        var zone = lab.Zones["pek1a"];
        await using var worker = await WorkerUnderTest.StartRealAsync(LabConductor.Runbook, lab.Package.Path);
        var conductor = new LabConductor(lab, zone) { Person = p => p.Rule == "ignore-failed-nodes" ? "yes" : p.Component == "proxy/proxy" ? "no" : null };
        foreach (var phase in Phases.TakeWhile(p => p != "verify"))
            (await conductor.RunAsync(worker, phase)).ShouldBeOfType<PhaseSucceeded>(worker.Coordinator.Told());

        var asked = worker.Coordinator.Of<PromptRaised>().Single(p => p.Rule == "ignore-failed-nodes");
        asked.FailedNodes.ShouldNotBeEmpty();
        asked.Context.ShouldContain(l => l.Contains("dpkg: error processing package pitrix-hyper", StringComparison.Ordinal), string.Join('\n', asked.Context));
        conductor.Debts.Select(d => d.Kind).ShouldBe([DebtKind.SkippedComponent, DebtKind.IgnoredNode], ignoreOrder: true);
    }

    [Fact]
    public async Task A_worker_that_goes_while_a_prompt_is_open_leaves_it_open_and_another_answers_it_once()
    {
        await using var lab = await Lab.StartAsync(new LabOptions { Zones = [new ZoneSpec("pek1a")] }, Cancel);
        var zone = lab.Zones["pek1a"];
        var conductor = new LabConductor(lab, zone);
        await using (var first = await WorkerUnderTest.StartRealAsync(LabConductor.Runbook, lab.Package.Path))
        {
            foreach (var phase in Phases.TakeWhile(p => p != "upgrade-platform"))
                (await conductor.RunAsync(first, phase)).ShouldBeOfType<PhaseSucceeded>(first.Coordinator.Told());
            conductor.Unanswered = p => p.Component == "hyper/hyper";
            await conductor.DispatchAsync(first, "upgrade-platform");
            await first.ReportAsync<PromptRaised>(p => p.Component == "hyper/hyper");
            conductor.Learn(first);
        }
        conductor.Handed();
        conductor.Unanswered = _ => false;
        await using var second = await WorkerUnderTest.StartRealAsync(LabConductor.Runbook, lab.Package.Path);
        (await conductor.RunAsync(second, "upgrade-platform")).ShouldBeOfType<PhaseSucceeded>(second.Coordinator.Told());
        zone.Journal().Count(e => e is { Script: "upgrade_pkgs.sh", What: "begin" }).ShouldBe(1);
        zone.Journal().Count(e => e.What == "answer" && e.Detail.Contains("[hyper] nodes with [hyper]", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Manual_operations_hold_the_zone_until_each_is_ticked_and_what_is_deferred_stays()
    {
        await using var lab = await Lab.StartAsync(new LabOptions { Zones = [new ZoneSpec("pek1a", "manual-operations")] }, Cancel);
        var zone = lab.Zones["pek1a"];
        await using var worker = await WorkerUnderTest.StartRealAsync(LabConductor.Runbook, lab.Package.Path);
        var conductor = new LabConductor(lab, zone);
        foreach (var phase in Phases.TakeWhile(p => p != "upgrade-platform"))
            (await conductor.RunAsync(worker, phase)).ShouldBeOfType<PhaseSucceeded>(worker.Coordinator.Told());
        var held = (await conductor.RunAsync(worker, "upgrade-platform")).ShouldBeOfType<PhaseHeld>(worker.Coordinator.Told());
        held.Decision.Kind.ShouldBe(DecisionKind.Manual);
        held.Decision.Items.Select(i => i.Id).ShouldBe(["1", "2", "3"]);
        conductor.Reopen("upgrade-platform", "manual-operations", Choices.Done, ("items", "1=done,2=not-applicable,3=defer"), ("comment", "3: next week"));
        (await conductor.RunAsync(worker, "upgrade-platform")).ShouldBeOfType<PhaseSucceeded>(worker.Coordinator.Told());
        conductor.Debts.Single().Kind.ShouldBe(DebtKind.ManualOperation);
    }

    [Fact]
    public async Task Errors_in_the_log_hold_the_zone_although_the_marker_is_there()
    {
        await using var lab = await Lab.StartAsync(new LabOptions { Zones = [new ZoneSpec("pek1a", "sql-errors")] }, Cancel);
        await using var worker = await WorkerUnderTest.StartRealAsync(LabConductor.Runbook, lab.Package.Path);
        var conductor = new LabConductor(lab, lab.Zones["pek1a"]);
        foreach (var phase in Phases.TakeWhile(p => p != "upgrade-platform"))
            (await conductor.RunAsync(worker, phase)).ShouldBeOfType<PhaseSucceeded>(worker.Coordinator.Told());
        var held = (await conductor.RunAsync(worker, "upgrade-platform")).ShouldBeOfType<PhaseHeld>(worker.Coordinator.Told());
        held.Decision.Step.ShouldBe("pre-upgrade");
        held.Decision.Question.Code.ShouldBe("log-errors");
        lab.Zones["pek1a"].Exists("/pitrix/upgrade/pre_upgrade.Done").ShouldBeTrue();
    }

    [Fact]
    public async Task The_website_is_upgraded_for_the_special_sub_zone_of_a_region_only()
    {
        await using var lab = await Lab.StartAsync(new LabOptions { Zones = [new ZoneSpec("pek1", "region-special")] }, Cancel);
        var zone = lab.Zones["pek1"];
        await using var worker = await WorkerUnderTest.StartRealAsync(LabConductor.Runbook, lab.Package.Path);
        var conductor = new LabConductor(lab, zone);
        (await conductor.RunAsync(worker, "preflight")).ShouldBeOfType<PhaseSucceeded>(worker.Coordinator.Told());
        (await conductor.RunAsync(worker, "global-website")).ShouldBeOfType<PhaseSucceeded>(worker.Coordinator.Told());
        var special = zone.Shape.Ids.Single(i => i.Special).Id;
        zone.Journal().Where(e => e is { Script: "update.sh", What: "begin" }).Select(e => e.Args).ShouldBe([$"{special}-webservice global-website"]);
    }
}
