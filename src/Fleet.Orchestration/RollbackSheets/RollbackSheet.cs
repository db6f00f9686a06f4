using System.Text.Json.Serialization;
using Fleet.Contracts;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.RollbackSheets;

/// <summary>What a person needs who goes back on one zone, as of now. Fleet never goes back by itself.</summary>
public sealed record RollbackSheet
{
    public required Guid RolloutId { get; init; }
    public required string Rollout { get; init; }
    public required Guid ZoneUpgradeId { get; init; }
    public required string Zone { get; init; }
    public required ZoneState State { get; init; }

    /// <summary>Where the zone stands: the phase that is carried out, or that was last.</summary>
    public string? Phase { get; init; }
    public string? Step { get; init; }
    public required PackageRef Package { get; init; }
    public required RunbookRef Runbook { get; init; }
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>The folder, on the firstbox, of all that this zone upgrade moved aside.</summary>
    public required string MovedOut { get; init; }

    /// <summary>Null: the runbook has none.</summary>
    public PointOfNoReturn? PointOfNoReturn { get; init; }

    /// <summary>Where the record is not complete: what is on the sheet may not be all.</summary>
    public IReadOnlyList<Finding> Warnings { get; init; } = [];

    /// <summary>What must be true before anything is taken back.</summary>
    public IReadOnlyList<RollbackCondition> Before { get; init; } = [];
    public IReadOnlyList<GuardState> Guards { get; init; } = [];
    public IReadOnlyList<Debt> Debts { get; init; } = [];

    /// <summary>The phases that were reached, newest first: in the order of going back.</summary>
    public IReadOnlyList<PhaseRollback> Phases { get; init; } = [];
}

/// <param name="Reached">The step was begun: nothing that is known brings the zone back whole.</param>
public sealed record PointOfNoReturn(string Phase, string Step, bool Reached);

/// <param name="Met">Null: only a look at the zone tells.</param>
public sealed record RollbackCondition(Finding What, bool? Met);

public sealed record PhaseRollback
{
    public required string Name { get; init; }
    public required string Title { get; init; }

    /// <summary>It ended well.</summary>
    public required bool Done { get; init; }

    /// <summary>Backups that were verified in it, the newest verification of each.</summary>
    public IReadOnlyList<VerifiedBackup> Backups { get; init; } = [];

    /// <summary>The steps that changed the zone, or may have, newest first.</summary>
    public IReadOnlyList<StepRollback> Steps { get; init; } = [];
}

public sealed record StepRollback
{
    public required string Name { get; init; }
    public required string Title { get; init; }
    public required StepEffect Effect { get; init; }

    /// <summary>Its tries, oldest first.</summary>
    public IReadOnlyList<StepRecord> Attempts { get; init; } = [];
    public bool PointOfNoReturn { get; init; }
    public IReadOnlyList<RollbackScript> Scripts { get; init; } = [];
    public IReadOnlyList<string> CannotUndo { get; init; } = [];
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What this sheet itself has to say of the step: backups that were set aside, no way that is known.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}

[JsonConverter(typeof(KebabCaseEnumConverter<StepEffect>))]
public enum StepEffect
{
    /// <summary>It ran to a good end.</summary>
    RanWell,

    /// <summary>It was begun, and has no good end on record: it may have changed the zone.</summary>
    MayHaveChanged,
}

/// <param name="On">Where it has its effect; null: on the firstbox. It is always typed on the firstbox.</param>
/// <param name="Text">To be copied as it is.</param>
/// <param name="Verifies">It goes back only to the backup whose digest is on record.</param>
/// <param name="Problems">Why it cannot be run as it is, or not be trusted blindly.</param>
public sealed record RollbackScript(string Title, string? On, string Text, bool Verifies, IReadOnlyList<Finding> Problems);
