using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Metrics;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Tests.Rollouts;
using Fleet.Orchestration.Tests.ZoneUpgrades;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.Metrics;

/// <summary>What the leader shows of the fleet.</summary>
public sealed class SnapshotMeasuresTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_pool_that_nothing_is_owed_to_shows_zero_so_that_it_can_be_scaled_down() =>
        Shown(Read() with { Pools = ["east"] }).ShouldContain("fleet.phases.owed{pool=east} 0");

    [Fact]
    public void Phases_that_wait_and_that_are_held_are_told_by_pool()
    {
        var zones = new[] { (ZoneState.Running, Work.Wanted), (ZoneState.Running, Work.Sent), (ZoneState.Running, Work.Accepted), (ZoneState.Waiting, Work.None) }
            .Select(z => new FleetZone(Guid.NewGuid(), Guid.NewGuid(), "z", "east", z.Item1, z.Item2, false)).ToList();
        var shown = Shown(Read() with { Zones = zones });
        shown.ShouldContain("fleet.phases.owed{pool=east} 2");
        shown.ShouldContain("fleet.phases.running{pool=east} 1");
        shown.ShouldContain("cicd.pipeline.run.active{cicd.pipeline.name=zone-upgrade,cicd.pipeline.run.state=pending} 1");
        shown.ShouldContain("cicd.pipeline.run.active{cicd.pipeline.name=zone-upgrade,cicd.pipeline.run.state=executing} 3");
    }

    [Theory]
    [InlineData(10, 3, false, "available")]
    [InlineData(10, 0, false, "busy")]
    [InlineData(10, 3, true, "busy")]
    [InlineData(31, 3, false, "offline")]
    public void A_worker_is_available_busy_or_offline(int silent, int free, bool draining, string state)
    {
        var shown = Shown(Read() with { Workers = [Worker(silent, free, draining)] });
        foreach (var other in new[] { "available", "busy", "offline" })
            shown.ShouldContain($"cicd.worker.count{{cicd.worker.state={other},pool=east}} {(other == state ? 1 : 0)}");
    }

    [Fact]
    public void A_worker_that_said_goodbye_is_not_missed()
    {
        var shown = Shown(Read() with { Workers = [Worker(60, 0, draining: true)] });
        shown.ShouldContain("cicd.worker.count{cicd.worker.state=offline,pool=east} 0");
    }

    [Fact]
    public void An_open_rollout_shows_its_budget_its_waves_and_its_zones_and_without_names_of_zones_only_the_worst()
    {
        var script = new RolloutScript([Samples.Zone("a"), Samples.Zone("b")], failures: "1");
        var zones = script.Row.Zones.Select((z, i) => new FleetZone(z.ZoneUpgradeId, script.Row.Id, z.Zone, "default", i == 0 ? ZoneState.Held : ZoneState.Failed, Work.None, i == 1)).ToList();
        var read = Read() with { Rollouts = [script.Row], Zones = zones, Decisions = [Question(script.Row.Id, "a", Now.AddMinutes(-2))] };
        var shown = Shown(read);
        shown.ShouldContain("fleet.rollout.budget.used{rollout=test} 1");
        shown.ShouldContain("fleet.rollout.budget.allowed{rollout=test} 1");
        shown.ShouldContain($"fleet.wave.zones{{rollout=test,wave={script.Row.Waves[0].Name},state=held}} 1");
        shown.ShouldContain("fleet.zone.state{rollout=test,zone=a} 2");
        shown.ShouldContain("fleet.zone.state{rollout=test,zone=b} 4");
        shown.ShouldContain("fleet.zone.held.age{rollout=test,zone=a} 120");
        shown.ShouldContain("fleet.decision.age{kind=failed-step} 120");

        var unnamed = Shown(read with { PerZone = false });
        unnamed.ShouldContain("fleet.zone.held.age{rollout=test,zone=} 120");
        unnamed.ShouldNotContain(m => m.StartsWith("fleet.zone.state", StringComparison.Ordinal));
    }

    [Fact]
    public void A_zone_is_silent_while_its_firstbox_is_away_while_nobody_takes_its_phase_and_while_its_worker_is_lost()
    {
        var row = new ZoneScript().LookAgain().Row;
        ZoneGauges.SilentSince(row, new Dictionary<Guid, DateTimeOffset>()).ShouldBeNull("it waits for a slot");
        var sent = row with { Work = Work.Sent, DispatchedAt = Now };
        ZoneGauges.SilentSince(sent, new Dictionary<Guid, DateTimeOffset>()).ShouldBe(Now);
        var held = sent with { Work = Work.Accepted };
        ZoneGauges.SilentSince(held, new Dictionary<Guid, DateTimeOffset>()).ShouldBeNull();
        var away = held with { Progress = new StepProgress("", null, null) { Trouble = Finding.Of("firstbox-away") } };
        ZoneGauges.SilentSince(away, new Dictionary<Guid, DateTimeOffset> { [row.Id] = Now.AddMinutes(-1) }).ShouldBe(Now.AddMinutes(-1));
        ZoneGauges.SilentSince(row with { LostAt = Now.AddMinutes(-3) }, new Dictionary<Guid, DateTimeOffset>()).ShouldBe(Now.AddMinutes(-3));
    }

    [Fact]
    public void A_guard_shows_its_age_beside_the_limit()
    {
        var guard = new GuardRow { ZoneUpgradeId = Guid.NewGuid(), Name = "rescue-disabled", RolloutId = Guid.NewGuid(), Zone = "a", Guard = new GuardState { Name = "rescue-disabled", Nodes = ["n1"], Since = Now.AddHours(-1) } };
        var shown = Shown(Read() with { Guards = [guard], GuardNames = ["rescue-disabled"] });
        shown.ShouldContain("fleet.guard.age{guard=rescue-disabled,zone=a} 3600");
        shown.ShouldContain("fleet.guard.limit{} 14400");
        shown.ShouldContain("fleet.guards.in_force{guard=rescue-disabled} 1");
    }

    private static IReadOnlyList<string> Shown(FleetRead read) => [.. SnapshotMeasures.Of(read).Select(m => m.ToString())];

    private static WorkerRow Worker(int silent, int free, bool draining) => new()
    {
        Id = "w1",
        Pool = "east",
        Host = "h",
        WorkerVersion = "1",
        MaxZones = 4,
        FreeSlots = free,
        Draining = draining,
        Holds = [],
        LastSeen = Now.AddSeconds(-silent),
    };

    private static FleetQuestion Question(Guid rollout, string zone, DateTimeOffset asked) => new(rollout, zone, new Decision
    {
        Id = Guid.NewGuid(),
        Kind = DecisionKind.FailedStep,
        Phase = "p",
        Step = "s",
        Attempt = 1,
        Question = Finding.Of("step-failed"),
        Choices = ["retry"],
        Fingerprint = "f",
        AskedAt = asked,
    });

    private static FleetRead Read() => new()
    {
        Now = Now,
        Lease = TimeSpan.FromSeconds(30),
        GuardLimit = TimeSpan.FromHours(4),
        PerZone = true,
        Rollouts = [],
        Zones = [],
        AtWork = new Dictionary<Guid, ZoneUpgrade>(),
        HinderedSince = new Dictionary<Guid, DateTimeOffset>(),
        Decisions = [],
        Guards = [],
        GuardNames = [],
        Workers = [],
        Pools = [],
    };
}
