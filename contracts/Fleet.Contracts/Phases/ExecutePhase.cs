namespace Fleet.Contracts.Phases;

/// <summary>
/// Coordinator → pool: carry out one phase on one zone. It has all that a worker needs; only the runbook and the package are fetched by digest.
/// Sent again (same epoch) until accepted; idempotent by (zone upgrade, phase, epoch). A higher epoch for work that a worker holds is adopted.
/// </summary>
public sealed record ExecutePhase
{
    public required int Contract { get; init; }
    public required Guid ZoneUpgradeId { get; init; }
    public required Guid RolloutId { get; init; }
    public required string Zone { get; init; }
    public required string Phase { get; init; }

    /// <summary>The fencing token of this dispatch: one counter per firstbox, never reset.</summary>
    public required long Epoch { get; init; }

    /// <summary>Which installation of Fleet commands. A runner folder that names another one refuses.</summary>
    public required string Installation { get; init; }

    /// <summary>An audited decision lets this dispatch take a zone that another installation of Fleet, or a part of this one's past that is lost, has worked on. Its epoch is above the fence that the person was shown.</summary>
    public bool OverrideFence { get; init; }

    /// <summary>The highest epoch that is known to have been given for this firstbox before. A zone that has seen another above it has a past that Fleet has lost (a restored backup) and refuses. Null: not told.</summary>
    public long? KnownFence { get; init; }

    /// <summary>A part of the past is lost to the record (a restored backup): what the zone's runs show counts beside the ledger.</summary>
    public bool RecordLost { get; init; }

    public required FirstboxConnection Connection { get; init; }
    public required ZoneTraits Traits { get; init; }
    public required RunbookRef Runbook { get; init; }
    public required PackageRef Package { get; init; }

    /// <summary>What has happened already, of all phases, in the order it happened. Steps without an entry are open.</summary>
    public required IReadOnlyList<LedgerEntry> Ledger { get; init; }

    /// <summary>What earlier steps learned (name → value; a structured value is JSON).</summary>
    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    public required IReadOnlyList<GuardState> Guards { get; init; }

    /// <summary>False: upgrade_pkgs.sh runs without -i (Q18).</summary>
    public bool Interactive { get; init; } = true;

    public required TimeSpan Lease { get; init; }
    public string? TraceParent { get; init; }
}
