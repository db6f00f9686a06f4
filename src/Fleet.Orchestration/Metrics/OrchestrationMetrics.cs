using Fleet.Metrics;

namespace Fleet.Orchestration.Metrics;

/// <summary>All that the coordinator measures. Names of <c>cicd.*</c> are those of OpenTelemetry's conventions: a zone upgrade is a pipeline run, a phase and a step are tasks.</summary>
internal static class OrchestrationMetrics
{
    public const string Meter = "Fleet.Orchestration";
    public const string Pipeline = "cicd.pipeline.name";
    public const string RunState = "cicd.pipeline.run.state";
    public const string RunResult = "cicd.pipeline.result";
    public const string WorkerState = "cicd.worker.state";
    public const string ErrorType = "error.type";

    /// <summary>Told when it has happened, after the commit that recorded it.</summary>
    public static readonly Metric RunDuration = new("cicd.pipeline.run.duration", MetricKind.Histogram, "s", "How long zone upgrades waited for their start (pending) and took from it to their end (executing).", Pipeline, RunState, RunResult, "zone_kind");
    public static readonly Metric RunErrors = new("cicd.pipeline.run.errors", MetricKind.Counter, "{error}", "Steps that failed, passed their limit or ended so that nobody knows.", Pipeline, ErrorType);
    public static readonly Metric PhaseDuration = new("fleet.phase.duration", MetricKind.Histogram, "s", "How long phases worked on their zones; waiting for people is not in it.", "phase", "zone_kind", "result");
    public static readonly Metric StepDuration = new("fleet.step.duration", MetricKind.Histogram, "s", "How long steps worked on their zones; waiting for people is not in it.", "phase", "step", "zone_kind", "result");
    public static readonly Metric DecisionWait = new("fleet.decision.wait.duration", MetricKind.Histogram, "s", "How long people were waited for, from a question to its answer or withdrawal.", "kind", "state");
    public static readonly Metric DispatchDuration = new("fleet.dispatch.duration", MetricKind.Histogram, "s", "From a phase that is sent out to the worker that takes it.", "pool") { Buckets = Metric.Short };
    public static readonly Metric TakeoverDuration = new("fleet.takeover.duration", MetricKind.Histogram, "s", "From the end of a lost worker's lease to the worker that takes over.", "pool") { Buckets = Metric.Short };
    public static readonly Metric LeaseLosses = new("fleet.lease.losses", MetricKind.Counter, "{lease}", "Leases that ran out with a zone in hand.");
    public static readonly Metric Incidents = new("fleet.incidents", MetricKind.Counter, "{incident}", "Audit entries that tell what did not go as it should, by their code.", "code");
    public static readonly Metric StoreConflicts = new("fleet.store.conflicts", MetricKind.Counter, "{conflict}", "Saves that met another's and were decided again, by the table.", "table");
    public static readonly Metric TickDuration = new("fleet.reconciler.tick.duration", MetricKind.Histogram, "s", "How long the leader's look at all that is owed took.", "result") { Buckets = Metric.Short };
    public static readonly Metric Resends = new("fleet.reconciler.resends", MetricKind.Counter, "{message}", "Messages that were still owed and were sent again.", "message");

    /// <summary>Read while this coordinator leads.</summary>
    public static readonly Metric Leading = new("fleet.reconciler.leading", MetricKind.Gauge, "{coordinator}", "1 where this coordinator leads, else 0; every coordinator tells it.");
    public static readonly Metric RunsActive = new("cicd.pipeline.run.active", MetricKind.UpDown, "{run}", "Zone upgrades that have not ended: pending, executing, finalizing (heading for their end while guards are settled).", Pipeline, RunState);
    public static readonly Metric Workers = new("cicd.worker.count", MetricKind.UpDown, "{worker}", "Workers: available, busy, offline (not heard of for a lease, without having said goodbye; for an hour).", WorkerState, "pool");
    public static readonly Metric SlotsFree = new("fleet.slots.free", MetricKind.Gauge, "{slot}", "Phases that the workers of a pool could take now.", "pool");
    public static readonly Metric PhasesOwed = new("fleet.phases.owed", MetricKind.Gauge, "{phase}", "Phases that are due and in no worker's hands.", "pool");
    public static readonly Metric PhasesRunning = new("fleet.phases.running", MetricKind.Gauge, "{phase}", "Phases in workers' hands.", "pool");
    public static readonly Metric DecisionsOpen = new("fleet.decisions.open", MetricKind.Gauge, "{decision}", "Questions that wait for a person.", "kind");
    public static readonly Metric DecisionAge = new("fleet.decision.age", MetricKind.Gauge, "s", "How long the oldest question of a kind has waited.", "kind");
    public static readonly Metric GuardsInForce = new("fleet.guards.in_force", MetricKind.Gauge, "{guard}", "Guards in force.", "guard");
    public static readonly Metric GuardAge = new("fleet.guard.age", MetricKind.Gauge, "s", "How long a guard has been in force.", "guard", "zone");
    public static readonly Metric GuardLimit = new("fleet.guard.limit", MetricKind.Gauge, "s", "From when a guard in force is an incident (Fleet__Guards__AlarmAfter).");
    public static readonly Metric BudgetUsed = new("fleet.rollout.budget.used", MetricKind.Gauge, "{zone}", "Zones of an open rollout that count as failures.", "rollout");
    public static readonly Metric BudgetAllowed = new("fleet.rollout.budget.allowed", MetricKind.Gauge, "{zone}", "How many zones of an open rollout may fail.", "rollout");
    public static readonly Metric WaveZones = new("fleet.wave.zones", MetricKind.Gauge, "{zone}", "Zones of the waves of open rollouts, by their state.", "rollout", "wave", "state");
    public static readonly Metric ZoneState = new("fleet.zone.state", MetricKind.Gauge, "{state}", "0 waiting, 1 running, 2 held, 3 succeeded, 4 failed, 5 skipped, 6 aborted, 7 unknown; zones of open rollouts.", "rollout", "zone");
    public static readonly Metric ZoneHeld = new("fleet.zone.held.age", MetricKind.Gauge, "s", "How long the oldest question of a zone that is held has waited.", "rollout", "zone");
    public static readonly Metric ZoneSilent = new("fleet.zone.silent.age", MetricKind.Gauge, "s", "How long a zone at work has not been heard of: its firstbox is away, or no worker has it.", "rollout", "zone");
    public static readonly Metric ZoneLate = new("fleet.zone.late.age", MetricKind.Gauge, "s", "How long a zone has been at work beyond the time that its strategy allows.", "rollout", "zone");

    public static IReadOnlyList<Metric> All { get; } =
    [
        RunDuration, RunsActive, RunErrors, Workers, PhaseDuration, StepDuration, DecisionWait, DecisionsOpen, DecisionAge, DispatchDuration, TakeoverDuration, LeaseLosses, PhasesOwed, PhasesRunning, SlotsFree,
        GuardsInForce, GuardAge, GuardLimit, BudgetUsed, BudgetAllowed, WaveZones, ZoneState, ZoneHeld, ZoneSilent, ZoneLate, Incidents, StoreConflicts, Leading, TickDuration, Resends,
    ];
}
