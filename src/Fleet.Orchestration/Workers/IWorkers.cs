namespace Fleet.Orchestration.Workers;

public interface IWorkers
{
    /// <summary>Workers that were heard of within the last day.</summary>
    Task<IReadOnlyList<WorkerView>> ListAsync(CancellationToken cancellationToken);
}

public sealed record WorkerView
{
    public required string Id { get; init; }
    public required string Pool { get; init; }
    public required string Host { get; init; }
    public required string Version { get; init; }
    public required int MaxZones { get; init; }
    public required int FreeSlots { get; init; }
    public bool Draining { get; init; }
    public required DateTimeOffset FirstSeen { get; init; }
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>Heard of within the lease.</summary>
    public required bool Alive { get; init; }
    public required IReadOnlyList<WorkerHold> Holds { get; init; }
}

public sealed record WorkerHold(string Zone, Guid ZoneUpgradeId, string Phase, string? Step, long Epoch);
