namespace Fleet.Runbooks.Model;

/// <summary>The phases and steps of an upgrade, as read from a versioned file. Immutable; identified by the digest of the file's bytes.</summary>
public sealed record Runbook
{
    public required string Name { get; init; }
    public required string Version { get; init; }

    /// <summary>Lower-case hex sha-256 of the file.</summary>
    public required string Digest { get; init; }

    /// <summary>Paths and patterns that steps refer to as <c>${paths.repo}</c>; a site's runbook overrides them.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    public required IReadOnlyList<Phase> Phases { get; init; }

    /// <summary>Phases that no upgrade goes through: each is carried out by itself, on a zone that was upgraded, when a person asks for it.</summary>
    public IReadOnlyList<Phase> Errands { get; init; } = [];

    public Phase? FindPhase(string name) => Phases.Concat(Errands).FirstOrDefault(p => p.Name == name);
}

/// <summary>What the coordinator commands and a worker carries out: one message.</summary>
public sealed record Phase
{
    public required string Name { get; init; }
    public required string Title { get; init; }
    public Condition When { get; init; } = Condition.Always;
    public required IReadOnlyList<Step> Steps { get; init; }

    public Step? FindStep(string name) => Steps.FirstOrDefault(s => s.Name == name);
}

/// <summary>One action inside a phase.</summary>
public sealed record Step
{
    public required string Name { get; init; }
    public required string Title { get; init; }

    /// <summary>The runbook's lines that it carries out: <c>Q12</c>.</summary>
    public required IReadOnlyList<string> Implements { get; init; }

    /// <summary>The registered kind that carries it out, a folder in Worker/Steps.</summary>
    public required string Kind { get; init; }

    /// <summary>The shell command, where the kind takes one; <c>${…}</c> is replaced from settings and facts, quoted.</summary>
    public string? Command { get; init; }

    /// <summary>The kind's own options: name → scalar; validated against the kind's declared options.</summary>
    public IReadOnlyDictionary<string, string> With { get; init; } = new Dictionary<string, string>();

    /// <summary>How long the step may take before it is timed out (its execution lives on). 1 s … 48 h.</summary>
    public required TimeSpan TimeLimit { get; init; }

    /// <summary>It changes the zone: it runs only after its start is recorded, under the fence.</summary>
    public bool Changes { get; init; }

    /// <summary>It may be run again without a decision.</summary>
    public bool Repeatable { get; init; }

    /// <summary>A failure of it offers no ignore.</summary>
    public bool Required { get; init; }

    public Condition When { get; init; } = Condition.Always;

    /// <summary>Guards that must be read back as in force right before each start.</summary>
    public IReadOnlyList<string> NeedsGuards { get; init; } = [];

    /// <summary>The guard that this step sets or releases.</summary>
    public string? Guard { get; init; }

    /// <summary>From this step on, releasing a guard after a failure is a person's decision.</summary>
    public bool UpgradesPackages { get; init; }

    public IReadOnlyList<PromptRule> Prompts { get; init; } = [];

    public DoneProof Done { get; init; } = DoneProof.None;

    /// <summary>How a person goes back behind this step; null: the runbook knows no way.</summary>
    public Rollback? Rollback { get; init; }
}

/// <summary>What proves a step done besides the ledger and its execution.</summary>
public sealed record DoneProof
{
    /// <summary>A marker file, like <c>/pitrix/upgrade/pre_upgrade.Done</c>.</summary>
    public string? Marker { get; init; }

    /// <summary>A line that must be printed on success (regular expression).</summary>
    public string? SuccessLine { get; init; }

    /// <summary>The log file whose section of this run is read for errors.</summary>
    public string? Log { get; init; }

    /// <summary>Regular expressions; a line of this run's log section that matches is a finding and the step fails.</summary>
    public IReadOnlyList<string> LogErrors { get; init; } = [];

    /// <summary>version.json shows it: <c>installer</c> (current.installer is the target's) or <c>upgrade</c> (current.upgrade is the target's, no new_upgrade).</summary>
    public string? Version { get; init; }

    public static DoneProof None { get; } = new();
}

/// <summary>How a prompt of an interactive step is recognized and who answers it.</summary>
public sealed record PromptRule
{
    public required string Name { get; init; }

    /// <summary>Regular expression on the prompt's text; named groups <c>nodes</c>, <c>packages</c> give the component.</summary>
    public required string Pattern { get; init; }

    public required PromptPolicy Policy { get; init; }

    /// <summary>What policy <see cref="PromptPolicy.Answer"/> gives.</summary>
    public string? Answer { get; init; }

    /// <summary>What the script takes, offered as choices: usually <c>yes</c>, <c>no</c>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = ["yes", "no"];

    /// <summary>Nothing runs while it waits: pause and abort take effect here.</summary>
    public bool SafePoint { get; init; }

    /// <summary>It names a component, whose own policy (yes, ask, skip) goes first.</summary>
    public bool Component { get; init; }

    /// <summary>It asks whether to ignore failed nodes: they are read and their logs fetched into the question.</summary>
    public bool FailedNodes { get; init; }
}

public enum PromptPolicy
{
    /// <summary>The runbook answers.</summary>
    Answer,

    /// <summary>A person answers.</summary>
    Ask,
}
