namespace Fleet.Runbooks.Strategies;

/// <summary>Who must have approved a rollout's plan before anything begins.</summary>
public sealed record ApprovalRule
{
    /// <summary>So many people; 1 … 20.</summary>
    public required int Required { get; init; }

    /// <summary>Only these may, by the names that the audit has, or by <c>group:NAME</c>; empty: whoever may approve.</summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>One of these, people or groups, must be among them; empty: nobody in particular.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];

    /// <summary>Whoever started the rollout may approve it too.</summary>
    public bool Self { get; init; }

    /// <summary>Not approved for so long, the rollout ends without having begun.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromDays(1);

    public static bool IsGroup(string named) => named.StartsWith("group:", StringComparison.Ordinal);
}
