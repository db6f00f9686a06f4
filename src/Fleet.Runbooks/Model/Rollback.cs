namespace Fleet.Runbooks.Model;

/// <summary>What a person needs to go back behind a step. Nothing of it is ever run by the program.</summary>
public sealed record Rollback
{
    /// <summary>In the order in which they are run; each can be run by itself.</summary>
    public IReadOnlyList<RollbackCommand> Commands { get; init; } = [];

    /// <summary>What the step did and nothing takes back.</summary>
    public IReadOnlyList<string> CannotUndo { get; init; } = [];

    /// <summary>Once the step has begun there is no way back that is known to be whole.</summary>
    public bool PointOfNoReturn { get; init; }

    /// <summary>What to know before, or to do behind it.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

public sealed record RollbackCommand
{
    public required string Title { get; init; }

    /// <summary>For sh; <c>${…}</c> is replaced from settings, facts and <see cref="Placeholders.MovedOut"/>, quoted.</summary>
    public required string Run { get; init; }
    public RollbackPlace On { get; init; }

    /// <summary>The backup that it goes back to, as a <c>check-backups</c> step names it: its digest is verified first.</summary>
    public string? Backup { get; init; }
}

public enum RollbackPlace
{
    Firstbox,

    /// <summary>Through exec_nodes.sh, on the first node of the group <c>snapshot</c>.</summary>
    FirstSnapshotNode,

    /// <summary>Through exec_nodes.sh: on the nodes of the step's guard as it is in force, or on all nodes where the step has none.</summary>
    Nodes,
}
