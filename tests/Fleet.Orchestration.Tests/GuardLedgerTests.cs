using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Debts;
using Fleet.Orchestration.Guards;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Testing;

namespace Fleet.Orchestration.Tests;

/// <summary>Guards and debts outlive their rollouts, and are seen to.</summary>
public sealed class GuardLedgerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private string _holdIn = "upgrade-packages";

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_kept_guard_is_an_alarm_and_a_debt_until_a_person_has_it_taken_away(string provider)
    {
        await using var fleet = await StartAsync(provider, ("Fleet:Guards:AlarmAfter", "00:00:01"));
        var rollout = await fleet.StartRolloutAsync(["pek1a"], maxParallel: 1);
        await fleet.AnswerAsync(await fleet.DecisionAsync(d => d.Kind == DecisionKind.FailedStep), Choices.Fail);
        await fleet.AnswerAsync(await fleet.DecisionAsync(d => d.Kind == DecisionKind.Guard), Choices.Keep, "hyper07 is being mended");
        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Failed);

        var guards = fleet.Service<IGuards>();
        var kept = await Eventually.GetAsync(async () => (await guards.ListAsync(default)).SingleOrDefault(g => g.Overdue), Coordinator.Limit, default);
        kept.ShouldSatisfyAllConditions(g => g.KeptBy.ShouldBe("ops"), g => g.Releasing.ShouldBeFalse());
        await Eventually.BeTrueAsync(async () => (await fleet.Service<IAudit>().ListAsync(new AuditFilter { IncidentsOnly = true, Zone = "pek1a" }, default)).Any(a => a.Entry.Code == "guard-alarm"), Coordinator.Limit, default);
        (await fleet.Service<IDebts>().ListAsync("pek1a", openOnly: true, default)).ShouldContain(d => d.Debt.Kind == DebtKind.GuardInForce);

        (await guards.ReleaseAsync("nowhere", null, null, "ann", default)).Kind.ShouldBe(ResultKind.NotFound);
        (await guards.ReleaseAsync("pek1a", "another", null, "ann", default)).Kind.ShouldBe(ResultKind.NotFound);
        (await guards.ReleaseAsync("pek1a", null, "all well", "ann", default)).Problems.ShouldBeEmpty();
        await Eventually.BeTrueAsync(async () => (await guards.ListAsync(default)).Count == 0, Coordinator.Limit, default);
        await Eventually.BeTrueAsync(async () => (await fleet.RowAsync("pek1a")).IsEnded, Coordinator.Limit, default);
        (await fleet.RowAsync("pek1a")).State.ShouldBe(ZoneState.Failed);
        (await fleet.RolloutAsync(rollout.Id)).State.ShouldBe(RolloutState.Failed);
        (await fleet.Service<IDebts>().ListAsync("pek1a", openOnly: true, default)).ShouldNotContain(d => d.Debt.Kind == DebtKind.GuardInForce);
        (await guards.ReleaseAsync("pek1a", null, null, "ann", default)).Kind.ShouldBe(ResultKind.NotFound);
    }

    [Fact]
    public async Task A_guard_is_not_taken_away_from_under_another_upgrade_of_the_zone()
    {
        await using var fleet = await StartAsync("sqlite");
        var rollout = await fleet.StartRolloutAsync(["pek1a"], maxParallel: 1);
        await fleet.AnswerAsync(await fleet.DecisionAsync(d => d.Kind == DecisionKind.FailedStep), Choices.Fail);
        await fleet.AnswerAsync(await fleet.DecisionAsync(d => d.Kind == DecisionKind.Guard), Choices.Keep);
        await fleet.WaitForEndAsync(rollout.Id);
        // The next upgrade stands before it has set a guard of its own: the kept one is the newest.
        _holdIn = "services";
        await fleet.StartRolloutAsync(["pek1a"], maxParallel: 1);
        await fleet.DecisionAsync(d => d.Kind == DecisionKind.FailedStep);
        (await fleet.Service<IGuards>().ListAsync(default)).Single().RolloutId.ShouldBe(rollout.Id);
        (await fleet.Service<IGuards>().ReleaseAsync("pek1a", null, null, "ann", default)).ShouldSatisfyAllConditions(r => r.Kind.ShouldBe(ResultKind.Conflict), r => r.Problems.Single().Code.ShouldBe("guard-zone-at-work"));
    }

    [Fact]
    public async Task A_release_that_waited_for_a_person_in_the_zone_goes_on_once_the_zone_is_given_back()
    {
        await using var fleet = await StartAsync("sqlite");
        var rollout = await fleet.StartRolloutAsync(["pek1a"], maxParallel: 1);
        await fleet.AnswerAsync(await fleet.DecisionAsync(d => d.Kind == DecisionKind.FailedStep), Choices.Fail);
        await fleet.AnswerAsync(await fleet.DecisionAsync(d => d.Kind == DecisionKind.Guard), Choices.Keep);
        await fleet.WaitForEndAsync(rollout.Id);
        var guards = fleet.Service<IGuards>();

        await TakeAsync("ann");
        (await guards.ReleaseAsync("pek1a", null, null, "ann", default)).Problems.Single().Code.ShouldBe("guard-zone-taken");
        // Taken while the release was under way: it stands, as the row of an upgrade whose rollout is over.
        var id = (await fleet.RowAsync("pek1a")).Id;
        await fleet.Service<FleetTransactions>().ReopenAsync(id, "guard-zone-at-work", (row, context) => ZoneUpgradeRules.ReleaseGuard(row, "rescue-disabled", null, "ann", context with { Taken = false }) is { } change
            ? change with { Row = change.Row with { Work = Work.None } } : throw new InvalidOperationException(), default);
        (await fleet.RowAsync("pek1a")).ShouldSatisfyAllConditions(r => r.State.ShouldBe(ZoneState.Running), r => r.Work.ShouldBe(Work.None));
        await TakeAsync(null);
        await Eventually.BeTrueAsync(async () => (await guards.ListAsync(default)).Count == 0 && (await fleet.RowAsync("pek1a")).IsEnded, Coordinator.Limit, default);

        // As if nobody had heard of it: the row alone changes.
        Task TakeAsync(string? by) => fleet.Service<FleetTransactions>().RunAsync(
            async (db, _) =>
            {
                (await db.Zones.FindAsync("pek1a"))!.TakenBy = by;
                return true;
            },
            default);
    }

    private async Task<Coordinator> StartAsync(string provider, params (string Key, string Value)[] more)
    {
        var settings = more.ToDictionary(m => m.Key, m => (string?)m.Value);
        settings["Fleet:Reconciler:Rollouts"] = "00:00:01";
        if (provider == "postgres")
            (settings["Fleet:Store:Provider"], settings["Fleet:Store:ConnectionString"]) = (provider, await postgres.Cluster.CreateDatabaseAsync(default));
        var worker = new FakeWorker("w1")
        {
            Script = run => run.CarryOutAsync(async step =>
            {
                if (step.Name != _holdIn)
                    return false;
                await run.StepAsync(step, StepOutcome.Failed);
                await run.HoldAsync(step, DecisionKind.FailedStep, Choices.Retry, Choices.Fail);
                return true;
            }),
        };
        var fleet = await Coordinator.StartAsync([worker], settings);
        await fleet.SeedAsync(Samples.Zone("pek1a"));
        return fleet;
    }
}
