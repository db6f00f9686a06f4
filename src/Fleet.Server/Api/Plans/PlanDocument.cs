using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Planning;
using Fleet.Server.Api.Packages;

namespace Fleet.Server.Api.Plans;

/// <summary>What a rollout would do.</summary>
public sealed record PlanDocument
{
    /// <summary>Over everything that matters; give it to a start, which refuses where anything has changed.</summary>
    public required string Hash { get; init; }
    public required DateTimeOffset MadeAt { get; init; }
    public required string MadeBy { get; init; }
    public required string Selector { get; init; }
    public required PackageDocument Package { get; init; }
    public required RunbookRef Runbook { get; init; }
    public required StrategyDocument Strategy { get; init; }
    public string? Until { get; init; }
    public required bool Interactive { get; init; }
    public required IReadOnlyList<PlannedWaveDocument> Waves { get; init; }

    /// <summary>In the order of their start.</summary>
    public required IReadOnlyList<PlannedZoneDocument> Zones { get; init; }

    /// <summary>What is done on a zone; a zone's <c>procedure</c> is an index into these.</summary>
    public required IReadOnlyList<ProcedureDocument> Procedures { get; init; }

    /// <summary>Null: there is a zone like which none was upgraded before.</summary>
    public EstimateDocument? Estimate { get; init; }

    /// <summary>From when the estimates of waves and of the whole count, because windows and freezes are in them; null: they count from any start.</summary>
    public DateTimeOffset? EstimateFrom { get; init; }
    public required IReadOnlyList<Told> Remarks { get; init; }

    public static PlanDocument Of(PlanView view) => new()
    {
        Hash = view.Hash,
        MadeAt = view.MadeAt,
        MadeBy = view.MadeBy,
        Selector = view.Selector,
        Package = PackageDocument.Of(view.Package),
        Runbook = view.Runbook,
        Strategy = StrategyDocument.Of(view),
        Until = view.Until,
        Interactive = view.Interactive,
        Waves = [.. view.Waves.Select(PlannedWaveDocument.Of)],
        Zones = [.. view.Zones.Select(z => PlannedZoneDocument.Of(z, view.Waves))],
        Procedures = [.. view.Procedures.Select(ProcedureDocument.Of)],
        Estimate = EstimateDocument.Of(view.Estimate),
        EstimateFrom = view.EstimateFrom,
        Remarks = [.. view.Remarks.Select(Told.Of)],
    };
}

public sealed record PlanSummaryDocument(string Hash, DateTimeOffset MadeAt, string MadeBy, string Package, string? Strategy, int Zones, int Waves)
{
    public static PlanSummaryDocument Of(PlanSummary plan) => new(plan.Hash, plan.MadeAt, plan.MadeBy, plan.Package, plan.Strategy, plan.Zones, plan.Waves);
}

/// <summary>Limits: a number of zones, or a share as <c>10%</c>.</summary>
public sealed record StrategyDocument
{
    /// <summary>The file's; null: none was given.</summary>
    public string? Name { get; init; }
    public required string MaxParallel { get; init; }
    public required string MaxFailures { get; init; }
    public required bool SlowStart { get; init; }
    public required IReadOnlyDictionary<string, string> MaxParallelPerLabel { get; init; }
    public required IReadOnlyDictionary<string, string> MaxParallelPerPool { get; init; }
    public double? TimeLimitSeconds { get; init; }

    /// <summary>A zone that is at work for longer counts as a failure until it has succeeded; null: none.</summary>
    public double? ZoneTimeLimitSeconds { get; init; }

    /// <summary><c>any</c>, <c>first</c>, <c>last</c></summary>
    public required string GlobalZones { get; init; }

    /// <summary>Minor versions of the installer that a sub zone may differ from its global zone; null: any.</summary>
    public int? MaxSkew { get; init; }

    /// <summary>After so long an unanswered question ends its zone as failed; null: it stays open.</summary>
    public double? UnansweredSeconds { get; init; }

    /// <summary>Who must approve before anything begins; null: nobody.</summary>
    public ApprovalRuleDocument? Approvals { get; init; }

    public static StrategyDocument Of(PlanView view) => new()
    {
        Name = view.Strategy,
        MaxParallel = view.MaxParallel,
        MaxFailures = view.MaxFailures,
        SlowStart = view.SlowStart,
        MaxParallelPerLabel = view.MaxParallelPerLabel,
        MaxParallelPerPool = view.MaxParallelPerPool,
        TimeLimitSeconds = view.TimeLimit?.TotalSeconds,
        ZoneTimeLimitSeconds = view.ZoneTimeLimit?.TotalSeconds,
        GlobalZones = view.GlobalZones,
        MaxSkew = view.MaxSkew,
        UnansweredSeconds = view.Unanswered?.TotalSeconds,
        Approvals = view.Approvals is { } rule ? new(rule.Required, rule.From, rule.OneOf, rule.Self, rule.Within.TotalSeconds) : null,
    };
}

/// <param name="From">Only these people may; empty: anybody who may change things.</param>
/// <param name="OneOf">One of these must be among them; empty: nobody in particular.</param>
/// <param name="Self">Whoever starts it may approve it too.</param>
/// <param name="WithinSeconds">Not approved for so long, it ends without having begun.</param>
public sealed record ApprovalRuleDocument(int Required, IReadOnlyList<string> From, IReadOnlyList<string> OneOf, bool Self, double WithinSeconds);

public sealed record PlannedWaveDocument
{
    public required int Index { get; init; }
    public required string Name { get; init; }
    public required IReadOnlyList<string> Zones { get; init; }
    public string? MaxParallel { get; init; }
    public string? MaxFailures { get; init; }
    public double? TimeLimitSeconds { get; init; }
    public double? BakeSeconds { get; init; }

    /// <summary>Verdict → <c>go-on</c>, <c>stop</c>, <c>ask</c>; empty where nothing is looked at.</summary>
    public required IReadOnlyDictionary<string, string> Verdict { get; init; }
    public EstimateDocument? Estimate { get; init; }

    public static PlannedWaveDocument Of(PlannedWave wave) => new()
    {
        Index = wave.Index,
        Name = wave.Name,
        Zones = wave.Zones,
        MaxParallel = wave.MaxParallel,
        MaxFailures = wave.MaxFailures,
        TimeLimitSeconds = wave.TimeLimit?.TotalSeconds,
        BakeSeconds = wave.Bake?.TotalSeconds,
        Verdict = wave.Verdict,
        Estimate = EstimateDocument.Of(wave.Estimate),
    };
}

public sealed record PlannedZoneDocument
{
    public required string Name { get; init; }
    public required string Wave { get; init; }
    public required int Procedure { get; init; }

    /// <summary>Null: it was never checked, and nobody knows what to expect.</summary>
    public DateTimeOffset? CheckedAt { get; init; }
    public required IReadOnlyList<ExpectationDocument> Expects { get; init; }
    public EstimateDocument? Estimate { get; init; }

    public static PlannedZoneDocument Of(PlannedZone zone, IReadOnlyList<PlannedWave> waves) => new()
    {
        Name = zone.Zone,
        Wave = waves[zone.Wave].Name,
        Procedure = zone.Procedure,
        CheckedAt = zone.CheckedAt,
        Expects = [.. zone.Expects.Select(e => new ExpectationDocument(e.Step, e.Verdict, e.Decision, [.. e.Findings.Select(Told.Of)]))],
        Estimate = EstimateDocument.Of(zone.Estimate),
    };
}

public sealed record ExpectationDocument(string Step, CheckVerdict Verdict, DecisionKind? Decision, IReadOnlyList<Told> Findings);

/// <param name="Samples">Upgrades that it is from.</param>
public sealed record EstimateDocument(double P50Seconds, double P90Seconds, int Samples, EstimateBasis Basis)
{
    public static EstimateDocument? Of(Estimate? estimate) => estimate is null ? null : new(estimate.P50.TotalSeconds, estimate.P90.TotalSeconds, estimate.Samples, estimate.Basis);
}

public sealed record ProcedureDocument(IReadOnlyList<PlannedPhaseDocument> Phases)
{
    public static ProcedureDocument Of(Procedure procedure) => new([.. procedure.Phases.Select(p => new PlannedPhaseDocument(p.Name, p.Title, p.Applies, p.Why, [.. p.Steps.Select(PlannedStepDocument.Of)]))]);
}

public sealed record PlannedPhaseDocument(string Name, string Title, Applies Applies, string? Why, IReadOnlyList<PlannedStepDocument> Steps);

public sealed record PlannedStepDocument
{
    public required string Name { get; init; }
    public required string Title { get; init; }
    public required string Kind { get; init; }
    public required IReadOnlyList<string> Implements { get; init; }
    public required Applies Applies { get; init; }

    /// <summary>What it depends on, or why it is left out.</summary>
    public string? Why { get; init; }
    public required bool Changes { get; init; }
    public string? Command { get; init; }
    public PlannedUpload? Upload { get; init; }
    public required IReadOnlyList<PlannedPrompt> Prompts { get; init; }

    /// <summary>What the step kind makes its own commands from: groups, folders, files.</summary>
    public required IReadOnlyDictionary<string, string> Options { get; init; }
    public required double TimeLimitSeconds { get; init; }

    public static PlannedStepDocument Of(PlannedStep step) => new()
    {
        Name = step.Name,
        Title = step.Title,
        Kind = step.Kind,
        Implements = step.Implements,
        Applies = step.Applies,
        Why = step.Why,
        Changes = step.Changes,
        Command = step.Command,
        Upload = step.Upload,
        Prompts = step.Prompts,
        Options = step.Options,
        TimeLimitSeconds = step.TimeLimit.TotalSeconds,
    };
}
