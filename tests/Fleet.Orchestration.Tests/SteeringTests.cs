using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Testing;

namespace Fleet.Orchestration.Tests;

/// <summary>People steer a part of a rollout, over the store and the bus.</summary>
public sealed class SteeringTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_zone_that_joins_is_upgraded_once_however_often_it_is_added_at_once(string provider)
    {
        var paused = new TaskCompletionSource();
        await using var fleet = await StartAsync(provider, async run => { await paused.Task; await run.CarryOutAsync(); }, "pek1a", "sh1a", "xa1a");
        var rollout = await fleet.StartRolloutAsync(["pek1a"], maxParallel: 1);
        (await fleet.Rollouts.PauseAsync(rollout.Id.ToString(), RolloutPart.OfZone("pek1a"), null, "ann", default)).Problems.ShouldBeEmpty();
        paused.SetResult();

        var added = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => fleet.Rollouts.AddZoneAsync(rollout.Id.ToString(), "sh1a", null, "forgotten", "ann", default)));
        added.ShouldAllBe(a => a.Ok);
        var zone = added[0].Value!.Zones.Single(z => z.Name == "sh1a");
        (await fleet.RolloutAsync(rollout.Id)).Zones.Count.ShouldBe(2);
        (await fleet.Service<IAudit>().ListAsync(new AuditFilter { RolloutId = rollout.Id }, default)).Count(a => a.Entry.Code == "rollout-zone-added").ShouldBe(1);

        (await fleet.Rollouts.ResumeAsync(rollout.Id.ToString(), RolloutPart.OfZone("pek1a"), null, "ann", default)).Problems.ShouldBeEmpty();
        var ended = await fleet.WaitForEndAsync(rollout.Id);
        ended.State.ShouldBe(RolloutState.Succeeded);
        ended.Zones.ShouldAllBe(z => z.State == ZoneState.Succeeded);
        ended.Zones.Single(z => z.Name == "sh1a").Id.ShouldBe(zone.Id);
    }

    [Fact]
    public async Task What_cannot_join_is_told_in_the_words_of_a_start()
    {
        var told = new TaskCompletionSource();
        await using var fleet = await StartAsync("sqlite", async run => { await told.Task; await run.CarryOutAsync(); }, "pek1a", "sh1a");
        var rollout = await fleet.StartRolloutAsync(["pek1a"], maxParallel: 1);
        (await fleet.Rollouts.AddZoneAsync(rollout.Id.ToString(), "nowhere", null, null, "ann", default)).Problems.Single().Code.ShouldBe("zone-not-found");
        (await fleet.Rollouts.AddZoneAsync(rollout.Id.ToString(), "sh1a", "nowhere", null, "ann", default)).ShouldSatisfyAllConditions(r => r.Kind.ShouldBe(ResultKind.NotFound), r => r.Problems.Single().Code.ShouldBe("wave-not-found"));
        told.SetResult();
        await fleet.WaitForEndAsync(rollout.Id);
        (await fleet.Rollouts.AddZoneAsync(rollout.Id.ToString(), "sh1a", null, null, "ann", default)).Problems.Single().Code.ShouldBe("rollout-not-in-state");
        (await fleet.RolloutAsync(rollout.Id)).Zones.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_paused_zone_stands_at_its_safe_point_while_the_other_ends_and_goes_on_when_it_may()
    {
        var worker = new FakeWorker("w1");
        var reached = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        worker.Script = async run =>
        {
            if (run.Command is { Zone: "pek1a", Phase: "preflight" })
            {
                reached.TrySetResult();
                await go.Task;
            }

            await run.CarryOutAsync();
        };
        await using var fleet = await Coordinator.StartAsync([worker]);
        await fleet.SeedAsync(Samples.Zone("pek1a"), Samples.Zone("sh1a"));
        var rollout = await fleet.StartRolloutAsync(["pek1a", "sh1a"], maxParallel: 2);
        await reached.Task.WaitAsync(Coordinator.Limit);
        var paused = await fleet.Rollouts.PauseAsync(rollout.Id.ToString(), RolloutPart.OfZone("pek1a"), "its owner calls", "ann", default);
        paused.Value!.Zones.Single(z => z.Name == "pek1a").PausedBy.ShouldBe("ann");
        await fleet.WaitForAsync(rollout.Id, r => r.Zones.Single(z => z.Name == "sh1a").State == ZoneState.Succeeded);
        (await fleet.RolloutAsync(rollout.Id)).Zones.Single(z => z.Name == "pek1a").ShouldSatisfyAllConditions(z => z.Standing.ShouldBe("pausing"), z => z.StandsSince.ShouldBeNull());

        go.SetResult();
        await fleet.WaitForAsync(rollout.Id, r => r.Zones.Single(z => z.Name == "pek1a") is { Standing: "paused", StandsSince: not null });
        worker.DispatchesOf("pek1a").Select(d => d.Phase).Distinct().ShouldBe(["preflight"]);
        await fleet.Rollouts.ResumeAsync(rollout.Id.ToString(), RolloutPart.OfZone("pek1a"), null, "ann", default);
        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);
    }

    private async Task<Coordinator> StartAsync(string provider, Func<FakeRun, Task> script, params string[] zones)
    {
        var settings = new Dictionary<string, string?>();
        if (provider == "postgres")
            (settings["Fleet:Store:Provider"], settings["Fleet:Store:ConnectionString"]) = (provider, await postgres.Cluster.CreateDatabaseAsync(default));
        var fleet = await Coordinator.StartAsync([new FakeWorker("w1") { Script = script }], settings);
        await fleet.SeedAsync([.. zones.Select(z => Samples.Zone(z))]);
        return fleet;
    }
}
