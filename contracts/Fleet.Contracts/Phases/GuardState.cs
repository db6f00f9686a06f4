namespace Fleet.Contracts.Phases;

/// <summary>A change that must be undone whatever happens, with exactly the nodes that it was made on.</summary>
public sealed record GuardState
{
    /// <summary>Like <c>rescue-disabled</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Null while it is being set: some nodes may carry it.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The nodes that this guard set it on; releasing addresses these, not the group.</summary>
    public required IReadOnlyList<string> Nodes { get; init; }

    /// <summary>The nodes that had it before; they keep it.</summary>
    public IReadOnlyList<string> HadBefore { get; init; } = [];

    public bool Released { get; init; }

    /// <summary>What releases it should Fleet vanish; null: nothing does.</summary>
    public GuardWatch? Watch { get; init; }
}
