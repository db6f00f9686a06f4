namespace Fleet.Contracts.Workers;

/// <summary>Worker → coordinator, every third of the lease: what is true now. It renews the leases of what the worker holds.</summary>
public sealed record WorkerHeartbeat
{
    public required int Contract { get; init; }

    /// <summary>Unique per process start.</summary>
    public required string WorkerId { get; init; }
    public required string Pool { get; init; }
    public required string Host { get; init; }
    public required string Version { get; init; }

    /// <summary>1, 2, 3 … in this process.</summary>
    public required long Beat { get; init; }
    public required DateTimeOffset At { get; init; }
    public required int MaxZones { get; init; }
    public required int FreeSlots { get; init; }

    /// <summary>Takes nothing new: it is being stopped.</summary>
    public bool Draining { get; init; }
    public required IReadOnlyList<HeldPhase> Holds { get; init; }
}

/// <summary>One phase in a worker's hands.</summary>
public sealed record HeldPhase
{
    public required Guid ZoneUpgradeId { get; init; }
    public required long Epoch { get; init; }
    public required string Phase { get; init; }
    public string? Step { get; init; }
    public string? ExecutionId { get; init; }
    public string? ExecutionState { get; init; }
    public long? OpenPromptOffset { get; init; }
    public string? OpenPromptFingerprint { get; init; }

    /// <summary>Bytes read from the zone.</summary>
    public long TranscriptRead { get; init; }

    /// <summary>Bytes known to be stored.</summary>
    public long TranscriptStored { get; init; }
}

/// <summary>Coordinator → worker: the beat was taken. A hold that is not renewed here is lost: the worker stops touching that zone.</summary>
public sealed record HeartbeatRecorded(string WorkerId, long Beat, IReadOnlyList<LeaseRenewal> Renewed, IReadOnlyList<LeaseRenewal> Lost);

public sealed record LeaseRenewal(Guid ZoneUpgradeId, long Epoch);
