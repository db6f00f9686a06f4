using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Fleet.Metrics;
using Fleet.Orchestration.Metrics;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Tests.Parts;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Tests.Metrics;

/// <summary>What a coordinator records while it works: after the commit, in the zone's trace, with no label but those that are written down.</summary>
public sealed class RecordingTests
{
    [Fact]
    public async Task A_rollout_is_measured_with_written_down_labels_only_and_in_its_zones_traces()
    {
        using var request = new Activity("a request").Start();
        request.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        await using var fleet = await Coordinator.StartAsync([new FakeWorker("w1")], new() { ["Fleet:Metrics:Interval"] = "00:00:00.200" });
        var meter = fleet.Service<FleetMeter>().Meter;
        var seen = new ConcurrentQueue<Seen>();
        using var listener = Listen(meter, seen);
        await fleet.SeedAsync(Samples.Zone("pek1a"), Samples.Zone("sh1a"));
        var rollout = await fleet.StartRolloutAsync(["pek1a", "sh1a"], maxParallel: 2);
        await Testing.Eventually.BeTrueAsync(
            () =>
            {
                listener.RecordObservableInstruments();
                return Task.FromResult(seen.Any(s => s.Name == "fleet.zone.state"));
            },
            Coordinator.Limit,
            TestContext.Current.CancellationToken);
        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);

        var known = OrchestrationMetrics.All.ToDictionary(m => m.Name);
        foreach (var group in seen.GroupBy(s => s.Name))
            group.SelectMany(s => s.Labels.Keys).Distinct().Except(known[group.Key].Labels).ShouldBeEmpty($"labels of {group.Key} that OrchestrationMetrics does not name");
        seen.SelectMany(s => s.Labels.Values).OfType<string>().Where(v => Guid.TryParse(v, out _)).ShouldBeEmpty("ids are no labels");
        seen.Count(s => s is { Name: "cicd.pipeline.run.duration" } && s.Labels["cicd.pipeline.run.state"] is "executing" && s.Labels["cicd.pipeline.result"] is "success").ShouldBe(2);
        var rows = new[] { await fleet.RowAsync("pek1a"), await fleet.RowAsync("sh1a") };
        var phases = rows.Sum(r => r.PhasesDone.Count(p => r.Steps.Any(s => s.Phase == p)));
        seen.Count(s => s.Name == "fleet.phase.duration").ShouldBe(phases, "each phase is measured once, however often its save was tried");
        seen.Where(s => s.Name == "fleet.step.duration").Select(s => s.Trace).ShouldAllBe(t => rows.Any(r => r.TraceParent!.Contains(t!, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_save_that_meets_anothers_is_counted_and_measures_nothing()
    {
        await using var fleet = await Coordinator.StartAsync([new FakeWorker("w1")]);
        await fleet.SeedAsync(Samples.Zone("pek1a"));
        var rollout = await fleet.StartRolloutAsync(["pek1a"]);
        await fleet.WaitForEndAsync(rollout.Id);
        var seen = new ConcurrentQueue<Seen>();
        using var listener = Listen(fleet.Service<FleetMeter>().Meter, seen);
        var contexts = fleet.Service<IDbContextFactory<FleetDbContext>>();
        await using var one = await contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        await using var other = await contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        var (mine, theirs) = (await one.ZoneUpgrades.SingleAsync(TestContext.Current.CancellationToken), await other.ZoneUpgrades.SingleAsync(TestContext.Current.CancellationToken));
        theirs.Show(theirs.Row with { Since = default });
        await other.SaveChangesAsync(TestContext.Current.CancellationToken);
        mine.Show(mine.Row with { LostAt = DateTimeOffset.UnixEpoch });
        await Should.ThrowAsync<DbUpdateConcurrencyException>(() => one.SaveChangesAsync(TestContext.Current.CancellationToken));

        seen.Where(s => s.Name == "fleet.store.conflicts").Select(s => s.Labels["table"]).ShouldBe(["zone_upgrades"]);
        seen.ShouldNotContain(s => s.Name == "fleet.lease.losses", "the change was thrown away");
    }

    [Fact]
    public void Who_does_not_lead_shows_that_and_nothing_of_the_fleet()
    {
        var snapshot = new ConcurrentQueue<Seen>();
        using var meter = new FleetMeter();
        var shown = new Snapshot(meter);
        using var listener = Listen(meter.Meter, snapshot);
        shown.Show([new(OrchestrationMetrics.PhasesOwed, 3, "east")]);
        listener.RecordObservableInstruments();
        snapshot.Select(s => (s.Name, s.Value)).Order().ShouldBe([("fleet.phases.owed", 3d), ("fleet.reconciler.leading", 1d)]);
        snapshot.Clear();
        shown.Clear(leads: false);
        listener.RecordObservableInstruments();
        snapshot.Select(s => (s.Name, s.Value)).ShouldBe([("fleet.reconciler.leading", 0d)]);
    }

    private static MeterListener Listen(Meter meter, ConcurrentQueue<Seen> seen)
    {
        var listener = new MeterListener { InstrumentPublished = (instrument, l) => { if (instrument.Meter == meter) l.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            var labels = new Dictionary<string, object?>();
            foreach (var tag in tags)
                labels[tag.Key] = tag.Value;
            seen.Enqueue(new Seen(instrument.Name, value, labels, Activity.Current?.TraceId.ToHexString()));
        });
        listener.Start();
        return listener;
    }

    private sealed record Seen(string Name, double Value, IReadOnlyDictionary<string, object?> Labels, string? Trace);
}
