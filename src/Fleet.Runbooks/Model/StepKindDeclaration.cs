namespace Fleet.Runbooks.Model;

/// <summary>What a runbook may say about steps of one kind. The worker carries the kind out; this is what the loader checks a file against.</summary>
public sealed record StepKindDeclaration
{
    public required string Name { get; init; }

    /// <summary>One line for the reference.</summary>
    public required string Does { get; init; }

    public CommandUse Command { get; init; } = CommandUse.None;

    /// <summary>It sets or releases the guard that the step names.</summary>
    public GuardUse Guard { get; init; } = GuardUse.None;

    /// <summary>It may change the zone; a step of such a kind must say <c>changes: true</c>, others must not.</summary>
    public bool Changes { get; init; }

    /// <summary>The command runs on nodes: it travels through exec_nodes.sh, which does not carry every character.</summary>
    public bool OnNodes { get; init; }

    /// <summary>It runs under a terminal that can ask: prompts make sense.</summary>
    public bool Interactive { get; init; }

    public IReadOnlyList<OptionDeclaration> Options { get; init; } = [];

    public OptionDeclaration? FindOption(string name) => Options.FirstOrDefault(o => o.Name == name);
}

/// <summary>One key under <c>with</c>.</summary>
public sealed record OptionDeclaration
{
    public required string Name { get; init; }
    public required OptionType Type { get; init; }
    public required string Does { get; init; }

    /// <summary>What holds when the key is absent; null: nothing does.</summary>
    public string? Default { get; init; }

    public bool Required { get; init; }

    /// <summary>The named groups that a <see cref="OptionType.Pattern"/> needs.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The values of a <see cref="OptionType.Choice"/>.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];
}

public enum OptionType
{
    Text,

    /// <summary>One entry a line; empty lines do not count.</summary>
    Lines,

    /// <summary>One backup a line: <c>tree PATH of SOURCE</c>, <c>dump PATH</c>, <c>file PATH</c>, <c>folder PATH</c>, each with <c>@snapshot</c>, <c>from VERSION</c>, <c>before VERSION</c> where needed.</summary>
    Backups,
    Path,

    /// <summary>A .NET regular expression.</summary>
    Pattern,

    /// <summary>Like <c>30s</c>, <c>10m</c>, <c>1h30m</c>.</summary>
    Duration,
    Number,
    Flag,
    Choice,
}

public enum CommandUse
{
    None,
    Optional,
    Required,
}

public enum GuardUse
{
    None,
    Sets,
    Releases,
}
