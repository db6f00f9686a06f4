using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;

namespace Fleet.Orchestration.Tests;

public sealed class RolloutNameTests
{
    [Fact]
    public async Task A_rollout_that_ended_does_not_go_on_beside_another_one_that_has_its_name_now()
    {
        var worker = new FakeWorker("w1");
        worker.Script = run => run.CarryOutAsync(async step =>
        {
            if (step.Name != "services")
                return false;
            await run.StepAsync(step, StepOutcome.Failed, Finding.Of("service-not-running", ("service", "x")));
            await run.HoldAsync(step, DecisionKind.FailedStep, Choices.Retry, Choices.Fail);
            return true;
        });
        await using var fleet = await Coordinator.StartAsync([worker]);
        await fleet.SeedAsync(Samples.Zone("a"), Samples.Zone("b"));
        var first = await fleet.StartRolloutAsync(["a"]);
        await fleet.AnswerAsync(await fleet.DecisionAsync(), Choices.Fail);
        (await fleet.WaitForEndAsync(first.Id)).State.ShouldBe(RolloutState.Failed);
        await fleet.Zones.TakeAsync("b", null, "ops", default);
        var second = await fleet.StartRolloutAsync(["b"]);
        second.Name.ShouldBe(first.Name);

        var id = first.Id.ToString();
        var retry = await fleet.Rollouts.RetryAsync(id, "a", null, "fixed", "ops", default);
        (retry.Kind, retry.Problems.Single().Code).ShouldBe((ResultKind.Conflict, "rollout-name-taken"));
        (await fleet.Rollouts.ResumeAsync(id, "ops", default)).Problems.Single().Code.ShouldBe("rollout-name-taken");
        (await fleet.RolloutAsync(first.Id)).EndedAt.ShouldNotBeNull();

        (await fleet.Rollouts.AbortAsync(second.Id.ToString(), new AbortRollout(), "ops", default)).Problems.ShouldBeEmpty();
        await fleet.WaitForEndAsync(second.Id);
        (await fleet.Rollouts.RetryAsync(id, "a", null, "fixed", "ops", default)).Problems.ShouldBeEmpty();
    }
}
