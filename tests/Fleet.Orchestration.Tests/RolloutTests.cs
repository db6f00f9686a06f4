using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests;

public sealed class RolloutTests
{
    [Fact]
    public async Task A_zone_goes_through_every_phase_in_order_and_ends_well()
    {
        var worker = new FakeWorker("w1");
        await using var fleet = await Coordinator.StartAsync([worker]);
        await fleet.SeedAsync(Samples.Zone("pek1a"));

        var rollout = await fleet.StartRolloutAsync(["pek1a"]);
        var ended = await fleet.WaitForEndAsync(rollout.Id);

        ended.State.ShouldBe(RolloutState.Succeeded);
        ended.Zones[0].State.ShouldBe(ZoneState.Succeeded);
        worker.DispatchesOf("pek1a").Select(d => d.Phase).ShouldBe(
            ["preflight", "stage-package", "initialize-installer", "prepare-platform", "upgrade-platform", "verify", "restore-rescue"]);
        worker.DispatchesOf("pek1a").Select(d => d.Epoch).ShouldBe([1, 2, 3, 4, 5, 6, 7]);
        ended.Zones[0].Guards.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_kept_guard_is_released_on_its_zone_also_where_the_zones_retry_was_aborted_before_it_began()
    {
        var worker = new FakeWorker("w1")
        {
            Script = run => run.Command switch
            {
                { Zone: "sh1a" } => Task.CompletedTask, // at work for ever: the other zone finds no room
                { Phase: "verify" } => run.CarryOutAsync(async step =>
                {
                    await run.StepAsync(step, StepOutcome.Failed, Finding.Of("step-failed", ("step", step.Name)));
                    await run.HoldAsync(step, DecisionKind.FailedStep, Choices.Retry, Choices.Fail);
                    return true;
                }),
                _ => run.CarryOutAsync(),
            },
        };
        await using var fleet = await Coordinator.StartAsync([worker]);
        await fleet.SeedAsync(Samples.Zone("pek1a"), Samples.Zone("sh1a"));
        var rollout = await fleet.StartRolloutAsync(["pek1a", "sh1a"], maxParallel: 1, maxFailures: "2");
        await fleet.AnswerAsync(await fleet.DecisionAsync(d => d.Kind == DecisionKind.FailedStep), Choices.Fail, "it stays broken");
        await fleet.AnswerAsync(await fleet.DecisionAsync(d => d.Kind == DecisionKind.Guard), Choices.Keep, "its hypers are half done");
        await fleet.WaitForAsync(rollout.Id, r => r.Zones.Single(z => z.Name == "sh1a").State == ZoneState.Running);

        (await fleet.Rollouts.RetryAsync(rollout.Id.ToString(), "pek1a", null, "once more", "ops", default)).Problems.ShouldBeEmpty();
        (await fleet.Rollouts.AbortAsync(rollout.Id.ToString(), new AbortRollout(Zone: "pek1a", Comment: "not today"), "ops", default)).Problems.ShouldBeEmpty();
        await fleet.AnswerAsync(await fleet.DecisionAsync(d => d.Kind == DecisionKind.Guard), Choices.Release, "its hypers are well");
        var shown = await fleet.WaitForAsync(rollout.Id, r => r.Zones.Single(z => z.Name == "pek1a").State == ZoneState.Aborted);

        shown.Zones.Single(z => z.Name == "pek1a").Guards.ShouldBeEmpty();
        worker.DispatchesOf("pek1a").Last().Phase.ShouldBe("restore-rescue");
    }
}
