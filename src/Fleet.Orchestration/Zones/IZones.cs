using Fleet.Contracts.Decisions;

namespace Fleet.Orchestration.Zones;

/// <summary>The inventory as stored.</summary>
public interface IZones
{
    /// <param name="selector">See <see cref="ZoneSelector"/>; null: all. By name.</param>
    Task<IReadOnlyList<ZoneView>> ListAsync(ZoneSelector? selector, CancellationToken cancellationToken);

    Task<ZoneView?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>Adds and changes; with <paramref name="prune"/> removes what is absent and idle. All problems at once and nothing changed when one is wrong.
    /// A problem's <c>zone</c> argument names the zone. Pins that were set by <see cref="PinAsync"/> stay where the file gives none.</summary>
    Task<Result<ImportSummary>> ImportAsync(IReadOnlyList<InventoryZone> zones, bool prune, string actor, CancellationToken cancellationToken);

    /// <summary>What an import of a file that is wrong elsewhere would be refused for beside that: what does not fit to the stored zones.</summary>
    /// <param name="zones">Those that could be read.</param>
    /// <param name="named">All that the file names: their stored rows are about to be others.</param>
    Task<IReadOnlyList<Finding>> CheckImportAsync(IReadOnlyList<InventoryZone> zones, IReadOnlyCollection<string> named, bool prune, CancellationToken cancellationToken);

    Task<Result<ZoneView>> RemoveAsync(string name, string actor, CancellationToken cancellationToken);

    /// <summary>Pins the host key of one hop of a zone.</summary>
    /// <param name="hop">host:port of the hop; null: the firstbox.</param>
    /// <param name="fingerprint"><c>SHA256:…</c></param>
    Task<Result<ZoneView>> PinAsync(string name, string? hop, string fingerprint, string actor, CancellationToken cancellationToken);

    /// <summary>Gives the zone to a person: nothing starts there, what runs stops at its next safe point.</summary>
    Task<Result<ZoneView>> TakeAsync(string name, string? comment, string actor, CancellationToken cancellationToken);

    /// <summary>Keeps what was read when the zone was taken, to compare with at its return; the first reading stays. Nothing where it was returned or taken anew meanwhile.</summary>
    /// <param name="takenAt">When it was taken.</param>
    Task KeepReadingAsync(string name, DateTimeOffset takenAt, IReadOnlyDictionary<string, string> facts, CancellationToken cancellationToken);

    Task<Result<ZoneView>> ReturnAsync(string name, string? comment, string actor, CancellationToken cancellationToken);
}

public sealed record ZoneView
{
    public required InventoryZone Zone { get; init; }
    public string? TakenBy { get; init; }
    public DateTimeOffset? TakenAt { get; init; }

    /// <summary>What was read there when it was taken; null: nothing, or nobody has taken it.</summary>
    public IReadOnlyDictionary<string, string>? TakenFacts { get; init; }

    /// <summary>The zone upgrade that holds its firstbox now.</summary>
    public Guid? ZoneUpgradeId { get; init; }
    public Guid? RolloutId { get; init; }

    /// <summary>What the last zone upgrade learned.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();
    public required DateTimeOffset ChangedAt { get; init; }
}

public sealed record ImportSummary(IReadOnlyList<string> Added, IReadOnlyList<string> Changed, IReadOnlyList<string> Removed, IReadOnlyList<string> Unchanged)
{
    /// <summary>What is worth telling though it was imported: absent zones that are not idle and stayed.</summary>
    public IReadOnlyList<Finding> Remarks { get; init; } = [];
}
