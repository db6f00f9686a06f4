using System.Text.Json.Serialization;
using Fleet.Contracts;
using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Rollouts;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Planning;

/// <summary>What a rollout would do, before it does anything. A plan is kept under its hash, so that a rollout may be started by it.</summary>
public interface IPlans
{
    /// <param name="selector">As it was given: at the start the zones are selected anew, and others than these are a change.</param>
    Task<Result<PlanView>> MakeAsync(StartRollout start, string selector, string actor, CancellationToken cancellationToken);

    /// <param name="hash">Or an unambiguous beginning of it.</param>
    Task<Result<PlanView>> FindAsync(string hash, CancellationToken cancellationToken);

    /// <summary>Newest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<PlanSummary>> ListAsync(int limit, CancellationToken cancellationToken);

    /// <summary>What a rollout by this plan is asked with, and the selector of its zones.</summary>
    Task<Result<(string Selector, StartRollout Start)>> RequestAsync(string hash, CancellationToken cancellationToken);
}

public sealed record PlanSummary(string Hash, DateTimeOffset MadeAt, string MadeBy, string Package, string? Strategy, int Zones, int Waves);

public sealed record PlanView
{
    /// <summary>Lower-case hex sha-256 over everything that decides what will be done: zones as the inventory has them, waves and limits, package, runbook, the steps that apply, and what the last checks expect.</summary>
    public required string Hash { get; init; }
    public required DateTimeOffset MadeAt { get; init; }
    public required string MadeBy { get; init; }

    /// <summary>As it was given.</summary>
    public required string Selector { get; init; }
    public required PackageRef Package { get; init; }
    public required RunbookRef Runbook { get; init; }

    /// <summary>The strategy file's name; null: none was given.</summary>
    public string? Strategy { get; init; }
    public required string MaxParallel { get; init; }
    public required string MaxFailures { get; init; }
    public bool SlowStart { get; init; }
    public IReadOnlyDictionary<string, string> MaxParallelPerLabel { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> MaxParallelPerPool { get; init; } = new Dictionary<string, string>();
    public TimeSpan? TimeLimit { get; init; }
    public TimeSpan? ZoneTimeLimit { get; init; }

    /// <summary><c>any</c>, <c>first</c>, <c>last</c></summary>
    public required string GlobalZones { get; init; }

    /// <summary>Minor versions of the installer that a sub zone may differ from its global zone; null: any.</summary>
    public int? MaxSkew { get; init; }

    /// <summary>Who must approve before anything begins; null: nobody.</summary>
    public ApprovalRule? Approvals { get; init; }

    /// <summary>After so long an unanswered question ends its zone as failed; null: it stays open.</summary>
    public TimeSpan? Unanswered { get; init; }
    public string? Until { get; init; }
    public bool Interactive { get; init; }
    public required IReadOnlyList<PlannedWave> Waves { get; init; }

    /// <summary>In the order of their start.</summary>
    public required IReadOnlyList<PlannedZone> Zones { get; init; }

    /// <summary>What is done on a zone; zones where the same is done share one.</summary>
    public required IReadOnlyList<Procedure> Procedures { get; init; }

    /// <summary>Null: nothing like this was upgraded before, or not for every zone.</summary>
    public Estimate? Estimate { get; init; }

    /// <summary>From when the estimates of waves and of the whole count, because windows and freezes are in them; null: they count from any start.</summary>
    public DateTimeOffset? EstimateFrom { get; init; }

    /// <summary>What stands in the way, or is worth knowing before the start.</summary>
    public required IReadOnlyList<Finding> Remarks { get; init; }
}

public sealed record PlannedWave
{
    public required int Index { get; init; }
    public required string Name { get; init; }
    public required IReadOnlyList<string> Zones { get; init; }

    /// <summary>Null: the rollout's.</summary>
    public string? MaxParallel { get; init; }
    public string? MaxFailures { get; init; }
    public TimeSpan? TimeLimit { get; init; }
    public TimeSpan? Bake { get; init; }

    /// <summary>Verdict → what follows; empty where nothing is looked at.</summary>
    public IReadOnlyDictionary<string, string> Verdict { get; init; } = new Dictionary<string, string>();
    public Estimate? Estimate { get; init; }
}

public sealed record PlannedZone
{
    public required string Zone { get; init; }
    public required int Wave { get; init; }

    /// <summary>Index into the plan's procedures.</summary>
    public required int Procedure { get; init; }

    /// <summary>Of the check that the expectations are from; null: it was never checked.</summary>
    public DateTimeOffset? CheckedAt { get; init; }

    /// <summary>What the last check found that a rollout would ask about, or end at.</summary>
    public required IReadOnlyList<Expectation> Expects { get; init; }
    public Estimate? Estimate { get; init; }
}

/// <param name="Decision">What kind of question; null: none.</param>
public sealed record Expectation(string Step, CheckVerdict Verdict, DecisionKind? Decision, IReadOnlyList<Finding> Findings);

public sealed record Procedure(IReadOnlyList<PlannedPhase> Phases);

/// <param name="Applies">Whether it is carried out, as far as that is known now.</param>
/// <param name="Why">What that depends on, or why not; null where it is carried out.</param>
public sealed record PlannedPhase(string Name, string Title, Applies Applies, string? Why, IReadOnlyList<PlannedStep> Steps);

public sealed record PlannedStep
{
    public required string Name { get; init; }
    public required string Title { get; init; }
    public required string Kind { get; init; }
    public required IReadOnlyList<string> Implements { get; init; }
    public required Applies Applies { get; init; }
    public string? Why { get; init; }
    public bool Changes { get; init; }

    /// <summary>As it runs on the firstbox; <c>${facts.…}</c> is filled in there.</summary>
    public string? Command { get; init; }

    /// <summary>The file that is put there, with its size in bytes.</summary>
    public PlannedUpload? Upload { get; init; }
    public IReadOnlyList<PlannedPrompt> Prompts { get; init; } = [];

    /// <summary>The step kind's own options, without patterns and texts of several lines.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
    public TimeSpan TimeLimit { get; init; }
}

/// <param name="Uploaded">False: it lies on the zones already and is only verified there.</param>
public sealed record PlannedUpload(string File, long Bytes, string Folder, bool Uploaded);

/// <param name="Answer">What the runbook answers; null: a person is asked.</param>
public sealed record PlannedPrompt(string Name, string Pattern, string? Answer);

[JsonConverter(typeof(KebabCaseEnumConverter<Applies>))]
public enum Applies
{
    Yes,
    No,

    /// <summary>It shows on the way.</summary>
    Depends,
}

/// <summary>How long it took before, as far as that says how long it will take; waiting for people is in it.</summary>
/// <param name="Samples">Zone upgrades that it is from; of a wave or a rollout, the fewest that one of its zones has.</param>
/// <param name="Basis">How alike those were; of a wave or a rollout, the least alike.</param>
public sealed record Estimate(TimeSpan P50, TimeSpan P90, int Samples, EstimateBasis Basis);

/// <summary>Ordered: the less alike, the higher.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<EstimateBasis>))]
public enum EstimateBasis
{
    /// <summary>The same kind of zone, about as many nodes, the same versions.</summary>
    Alike,

    /// <summary>The same kind of zone and the same versions.</summary>
    SameVersions,

    /// <summary>The same kind of zone.</summary>
    SameKind,

    /// <summary>Any zone.</summary>
    Any,
}
