using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Debts;
using Fleet.Orchestration.Nodes;
using Fleet.Orchestration.RollbackSheets;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Model;
using Fleet.Testing;

namespace Fleet.Orchestration.Tests;

/// <summary>Quarantined nodes are brought back by a worker, long after their rollout.</summary>
public sealed class NodesTests
{
    [Fact]
    public async Task A_node_is_brought_back_in_the_record_of_the_newest_upgrade_and_its_debt_is_settled()
    {
        var broken = true;
        await using var fleet = await StartAsync(step => broken && step.Name == "update-nodes");
        var nodes = fleet.Service<INodes>();
        (await nodes.ReadmitAsync("nowhere", ["n1"], null, "ann", default)).Kind.ShouldBe(ResultKind.NotFound);
        var rollout = await fleet.StartRolloutAsync(["pek1a", "sh1a"]);
        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);
        (await nodes.ReadmitAsync("pek1a", [], null, "ann", default)).Problems.Single().Code.ShouldBe("readmit-no-nodes");
        (await nodes.ReadmitAsync("pek1a", ["n1", "n2"], null, "ann", default)).Problems.Single().ShouldSatisfyAllConditions(p => p.Code.ShouldBe("readmit-not-quarantined"), p => p.Args["nodes"].ShouldBe("n2"), p => p.Args["known"].ShouldBe("n1"));

        (await nodes.ReadmitAsync("pek1a", ["n1"], "new disk", "ann", default)).Value!.ShouldSatisfyAllConditions(r => r.Rollout.ShouldBe(rollout.Name), r => r.Nodes.ShouldBe(["n1"]));
        var asked = await fleet.DecisionAsync(d => d.Kind == DecisionKind.FailedStep);
        asked.Step.ShouldBe("update-nodes");
        (await fleet.Service<IDebts>().ListAsync("pek1a", openOnly: true, default)).ShouldNotBeEmpty("it is not well yet");
        (await ShownAsync()).ShouldSatisfyAllConditions(z => z.Debts.Single().What.ShouldBe("n1"), z => z.EndedAt.ShouldNotBeNull("its upgrade has ended"), z => z.State.ShouldBe(ZoneState.Held));
        (await SheetAsync()).Debts.Single().What.ShouldBe("n1");
        broken = false;
        await fleet.AnswerAsync(asked, Choices.Retry, "mended once more");
        await Eventually.BeTrueAsync(async () => (await fleet.RowAsync("pek1a")).IsEnded, Coordinator.Limit, default);
        (await fleet.RowAsync("pek1a")).ShouldSatisfyAllConditions(r => r.State.ShouldBe(ZoneState.Succeeded), r => r.Errand.ShouldBeNull());
        (await fleet.Service<IDebts>().ListAsync("pek1a", openOnly: true, default)).ShouldBeEmpty();
        (await ShownAsync()).Debts.ShouldBeEmpty();
        (await SheetAsync()).Debts.ShouldBeEmpty();
        (await fleet.RolloutAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);

        // The zone is free again for the next upgrade.
        (await fleet.WaitForEndAsync((await fleet.StartRolloutAsync(["pek1a"])).Id)).State.ShouldBe(RolloutState.Succeeded);

        async Task<ZoneUpgradeView> ShownAsync() => (await fleet.Service<IRollouts>().FindZoneAsync(rollout.Name, "pek1a", default)).Value!;
        async Task<RollbackSheet> SheetAsync() => (await fleet.Service<IRollouts>().RollbackSheetAsync(rollout.Name, "pek1a", default)).Value!;
    }

    [Fact]
    public async Task Not_while_the_rollout_works_on_other_zones_nor_where_the_newest_upgrade_failed()
    {
        var fails = true;
        await using var fleet = await StartAsync(step => fails && step.Name == "services");
        var rollout = await fleet.StartRolloutAsync(["pek1a"]);
        var asked = await fleet.DecisionAsync(d => d.Kind == DecisionKind.FailedStep);
        (await fleet.Service<INodes>().ReadmitAsync("pek1a", ["n1"], null, "ann", default)).ShouldSatisfyAllConditions(r => r.Kind.ShouldBe(ResultKind.Conflict), r => r.Problems.Single().Code.ShouldBe("readmit-rollout-at-work"));
        await fleet.AnswerAsync(asked, Choices.Fail);
        await fleet.WaitForEndAsync(rollout.Id);
        (await fleet.Service<INodes>().ReadmitAsync("pek1a", ["n1"], null, "ann", default)).Problems.Single().Code.ShouldBe("readmit-zone-not-upgraded");
        fails = false;
    }

    /// <summary>Preflight owes a quarantined node; the errand's last look lists it again.</summary>
    private static async Task<Coordinator> StartAsync(Func<Step, bool> fails)
    {
        async Task WorkAsync(FakeRun run)
        {
            foreach (var step in run.Phase.Steps.Where(s => run.Command.Ledger.FirstOrDefault(e => e.Phase == run.Phase.Name && e.Step == s.Name)?.State is null or LedgerState.Open))
            {
                if (fails(step))
                {
                    await run.StepAsync(step, StepOutcome.Failed);
                    await run.HoldAsync(step, DecisionKind.FailedStep, Choices.Retry, Choices.Fail);
                    return;
                }

                await run.StartingAsync(step);
                if (run.Phase.Name == "preflight" && step.Name == "zone-activity" && run.Command.Epoch == 1)
                    await run.FinishedAsync(step, StepOutcome.Succeeded, facts: new Dictionary<string, string> { ["nodes.all"] = "n2" }, debts: [new Debt(DebtKind.QuarantinedNode, "n1", "apt", "ann")]);
                else if (run.Phase.Name == Errand.ReadmitNodes && step.Name == "look-at-nodes")
                    await run.FinishedAsync(step, StepOutcome.Succeeded, facts: new Dictionary<string, string> { ["nodes.all"] = "n1,n2" });
                else
                    await run.FinishedAsync(step, StepOutcome.Succeeded);
            }

            await run.SucceedAsync();
        }

        var fleet = await Coordinator.StartAsync([new FakeWorker("w1") { Script = WorkAsync }], new Dictionary<string, string?> { ["Fleet:Reconciler:Rollouts"] = "00:00:01" });
        await fleet.SeedAsync(Samples.Zone("pek1a"), Samples.Zone("sh1a"));
        return fleet;
    }
}
