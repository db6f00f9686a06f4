using Fleet.Contracts;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Debts;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Workers;
using Fleet.Testing;

namespace Fleet.Orchestration.Tests;

public sealed class WorkerTests
{
    [Fact]
    public async Task A_worker_older_than_the_coordinator_gets_no_phase_until_one_that_knows_its_messages_is_there()
    {
        var old = new FakeWorker("old") { Contract = ContractNumber.Current - 1 };
        await using var fleet = await Coordinator.StartAsync([old]);
        await fleet.SeedAsync(Samples.Zone("pek1a"));
        await Eventually.BeTrueAsync(async () => (await fleet.Service<IWorkers>().ListAsync(TestContext.Current.CancellationToken)).Count == 1, Coordinator.Limit, TestContext.Current.CancellationToken);
        var rollout = await fleet.StartRolloutAsync(["pek1a"]);
        var beats = old.Beats;
        await Eventually.BeTrueAsync(() => old.Beats > beats + 3, Coordinator.Limit, TestContext.Current.CancellationToken);
        old.Dispatches.ShouldBeEmpty();

        old.Contract = ContractNumber.Current;
        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);
    }

    [Fact]
    public async Task A_quarantined_node_that_the_platform_lists_again_is_no_open_debt_any_more()
    {
        async Task WorkAsync(FakeRun run)
        {
            if (run.Phase.Name != "preflight")
            {
                await run.CarryOutAsync();
                return;
            }

            var steps = run.Phase.Steps;
            await run.StartingAsync(steps[0]);
            await run.FinishedAsync(steps[0], StepOutcome.Succeeded, debts: [new Debt(DebtKind.QuarantinedNode, "n1", "apt", "ann"), new Debt(DebtKind.QuarantinedNode, "n3", "apt", "ann")]);
            await run.StartingAsync(steps[1]);
            await run.FinishedAsync(steps[1], StepOutcome.Succeeded, facts: new Dictionary<string, string> { ["nodes.all"] = "n1,n2" });
            await run.SucceedAsync();
        }

        await using var fleet = await Coordinator.StartAsync([new FakeWorker("w1") { Script = WorkAsync }]);
        await fleet.SeedAsync(Samples.Zone("pek1a"));
        await fleet.WaitForEndAsync((await fleet.StartRolloutAsync(["pek1a"])).Id);

        var debts = await fleet.Service<IDebts>().ListAsync("pek1a", openOnly: false, TestContext.Current.CancellationToken);
        debts.Single(d => d.Debt.What == "n1").SettledBy.ShouldBe("coordinator");
        debts.Single(d => d.Debt.What == "n3").SettledAt.ShouldBeNull();
    }
}
