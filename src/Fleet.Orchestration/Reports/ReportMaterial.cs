using Fleet.Contracts.Phases;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Debts;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Transcripts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Calendars;

namespace Fleet.Orchestration.Reports;

/// <summary>What a report is made from, as it was at one moment.</summary>
public sealed record ReportMaterial
{
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Without its zones, which are <see cref="Zones"/>.</summary>
    public required RolloutView Rollout { get; init; }

    /// <summary>The hash of the plan that it was started by; null: by none.</summary>
    public string? Plan { get; init; }

    /// <summary>The runbook's, in order.</summary>
    public required IReadOnlyList<ReportStep> Steps { get; init; }

    /// <summary>In the order of their start, those that were taken out left out.</summary>
    public required IReadOnlyList<ZoneMaterial> Zones { get; init; }

    /// <summary>Questions about waves.</summary>
    public IReadOnlyList<ReportDecision> Decisions { get; init; } = [];

    /// <summary>What people did, and what did not go as it should; oldest first.</summary>
    public IReadOnlyList<AuditView> Audit { get; init; } = [];

    /// <summary>The last rollout before it that upgraded such zones by the same runbook; null: there is none.</summary>
    public EarlierRollout? Earlier { get; init; }
}

/// <param name="Options">The step kind's own, with settings filled in.</param>
public sealed record ReportStep(string Phase, string PhaseTitle, string Name, string Kind, IReadOnlyDictionary<string, string> Options);

public sealed record ZoneMaterial
{
    /// <summary>With its steps and facts.</summary>
    public required ZoneUpgradeView Zone { get; init; }
    public IReadOnlyList<ReportDecision> Decisions { get; init; } = [];

    /// <summary>Those of this upgrade, settled ones too.</summary>
    public IReadOnlyList<DebtView> Debts { get; init; } = [];

    /// <summary>Released ones too.</summary>
    public IReadOnlyList<ReportGuard> Guards { get; init; } = [];
    public IReadOnlyList<TranscriptView> Transcripts { get; init; } = [];

    /// <summary>The last look at the zone before the rollout was started; null: nobody looked.</summary>
    public ZoneCheckView? Check { get; init; }

    /// <summary>The calendar's, as it is now.</summary>
    public IReadOnlyList<ChangeWindow> Windows { get; init; } = [];
    public string? WaivedBy { get; init; }
    public string? WaivedBecause { get; init; }

    /// <summary>Names of other zones, and the hosts and users by which Fleet reaches any: its customer is not told them.</summary>
    public IReadOnlySet<string> Undisclosed { get; init; } = new HashSet<string>();
}

/// <param name="ByPolicy">No person was asked.</param>
/// <param name="ClosedAt">When it was answered, expired or was withdrawn; null: it is open, or that is not known.</param>
public sealed record ReportDecision(DecisionView View, bool ByPolicy, DateTimeOffset? ClosedAt);

/// <param name="KeptBy">Who let it stay although the zone upgrade ended.</param>
public sealed record ReportGuard(GuardState Guard, string? KeptBy);

/// <param name="Phases">By name.</param>
public sealed record EarlierRollout(Guid Id, string Name, DateTimeOffset StartedAt, int Zones, IReadOnlyDictionary<string, PhaseTimes> Phases);
