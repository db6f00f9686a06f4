using Fleet.Contracts.Decisions;
using Fleet.Contracts.Guards;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Guards;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Zones;
using Fleet.Testing;

namespace Fleet.Orchestration.Tests.Guards;

/// <summary>Renewals over the bus: while a person is asked, while renewals are lost, come twice or late, and after the end with a guard that was kept.</summary>
public sealed class WatchRenewalTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(12);

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_rule_hears_of_Fleet_while_its_guard_is_in_force_whoever_is_beside_the_zone(string provider)
    {
        var lost = 3;
        FakeWorker[] workers = [Worker("w1"), Worker("w2")];
        // The first ones are lost; the others come twice, and one of before behind them.
        workers[0].Renews = r => --lost >= 0 ? [] : [Told(r, "w1"), Told(r, "w1"), Told(r, "w1") with { AskedAt = r.AskedAt.AddHours(-1), State = GuardWatchState.Stopped }];
        workers[1].Renews = r => [Told(r, "w2") with { Revived = true }];
        await using var fleet = await StartAsync(provider, workers);
        var rollout = await fleet.StartRolloutAsync(["pek1a"], maxParallel: 1);
        var failed = await fleet.DecisionAsync(d => d.Kind == DecisionKind.FailedStep);

        // Nobody is beside the zone while a person thinks.
        await Eventually.BeTrueAsync(async () => lost < 0 && (await WatchAsync(fleet)).RenewedAt == workers[0].Renewals.Skip(4).FirstOrDefault()?.AskedAt, Coordinator.Limit, default);
        (await WatchAsync(fleet)).State.ShouldBe(GuardWatchState.Armed);
        var asked = workers[0].Renewals.First();
        var row = await fleet.RowAsync("pek1a");
        asked.ShouldSatisfyAllConditions(
            a => a.WatchId.ShouldBe($"{row.Id:N}.rescue-disabled"), a => a.Epoch.ShouldBe(row.Epoch), a => a.Installation.ShouldBe(fleet.Service<Installation>().Id), a => a.Zone.ShouldBe("pek1a"));

        // Its worker is gone, the zone has ended, the guard was kept: another one goes there.
        await fleet.AnswerAsync(failed, Choices.Fail);
        await fleet.AnswerAsync(await fleet.DecisionAsync(d => d.Kind == DecisionKind.Guard), Choices.Keep);
        await fleet.WaitForEndAsync(rollout.Id);
        workers[0].Die();
        await Eventually.BeTrueAsync(async () => (await IncidentsAsync(fleet)).Contains("watch-stopped"), Coordinator.Limit, default);
        (await fleet.RowAsync("pek1a")).IsEnded.ShouldBeTrue();

        // It acted all the same: told once, and nothing is renewed any more.
        workers[1].Renews = r => [Told(r, "w2") with { State = GuardWatchState.Released, Outcome = GuardWatchOutcome.Released }, Told(r, "w2") with { State = GuardWatchState.Released, Outcome = GuardWatchOutcome.Released }];
        await Eventually.BeTrueAsync(async () => (await WatchAsync(fleet)).State == GuardWatchState.Released, Coordinator.Limit, default);
        (await IncidentsAsync(fleet)).Count(c => c == "watch-released").ShouldBe(1);
        (await fleet.Service<IGuards>().ListAsync(default)).Single().Watch!.Outcome.ShouldBe(GuardWatchOutcome.Released);
    }

    [Fact]
    public async Task A_rule_that_nobody_renews_is_an_incident_before_it_acts()
    {
        FakeWorker[] workers = [Worker("w1")];
        await using var fleet = await StartAsync("sqlite", workers);
        await fleet.StartRolloutAsync(["pek1a"], maxParallel: 1);
        await Eventually.BeTrueAsync(async () => (await IncidentsAsync(fleet)).Contains("watch-unrenewed"), Coordinator.Limit, default);
        // It is looked at again before each renewal that is asked for.
        var asked = workers[0].Renewals.Count;
        await Eventually.BeTrueAsync(() => workers[0].Renewals.Count > asked + 2, Coordinator.Limit, default);
        (await IncidentsAsync(fleet)).Count(c => c == "watch-unrenewed").ShouldBe(1);
    }

    [Fact]
    public async Task Where_no_zone_allows_it_nothing_is_renewed()
    {
        FakeWorker[] workers = [Worker("w1")];
        await using var fleet = await StartAsync("sqlite", workers, deadMan: false);
        var rollout = await fleet.StartRolloutAsync(["pek1a"], maxParallel: 1);
        await fleet.AnswerAsync(await fleet.DecisionAsync(d => d.Kind == DecisionKind.FailedStep), Choices.Fail);
        await fleet.AnswerAsync(await fleet.DecisionAsync(d => d.Kind == DecisionKind.Guard), Choices.Release);
        await fleet.WaitForEndAsync(rollout.Id);
        workers[0].Renewals.ShouldBeEmpty();
    }

    private static WatchRenewed Told(RenewWatch renew, string worker) => new()
    {
        ZoneUpgradeId = renew.ZoneUpgradeId,
        Guard = renew.Guard,
        WatchId = renew.WatchId,
        WorkerId = worker,
        AskedAt = renew.AskedAt,
        State = GuardWatchState.Armed,
    };

    private static async Task<GuardWatch> WatchAsync(Coordinator fleet) => (await fleet.RowAsync("pek1a")).Guards.Single().Watch!;

    private static async Task<IReadOnlyList<string>> IncidentsAsync(Coordinator fleet) =>
        [.. (await fleet.Service<IAudit>().ListAsync(new AuditFilter { IncidentsOnly = true, Zone = "pek1a" }, default)).Select(a => a.Entry.Code)];

    private static FakeWorker Worker(string id) => new(id)
    {
        Script = run => run.CarryOutAsync(async step =>
        {
            if (step.Name != "upgrade-packages")
                return false;
            await run.StepAsync(step, StepOutcome.Failed);
            await run.HoldAsync(step, DecisionKind.FailedStep, Choices.Retry, Choices.Fail);
            return true;
        }),
    };

    private async Task<Coordinator> StartAsync(string provider, FakeWorker[] workers, bool deadMan = true)
    {
        var settings = new Dictionary<string, string?>();
        if (provider == "postgres")
            (settings["Fleet:Store:Provider"], settings["Fleet:Store:ConnectionString"]) = (provider, await postgres.Cluster.CreateDatabaseAsync(default));
        var fleet = await Coordinator.StartAsync(workers, settings);
        var zone = Samples.Zone("pek1a");
        await fleet.SeedAsync(zone with { Traits = zone.Traits with { DeadMan = deadMan ? Limit : null } });
        return fleet;
    }
}
