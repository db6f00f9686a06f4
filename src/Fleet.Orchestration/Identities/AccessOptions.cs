namespace Fleet.Orchestration.Identities;

/// <summary>How long tokens last.</summary>
public sealed record AccessOptions
{
    /// <summary>Key <c>Fleet:Access:TokenLifetime</c>: of a token that is made without saying; at most <see cref="LongestToken"/>.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Key <c>Fleet:Access:LongestToken</c>: 1 minute … 10 years.</summary>
    public TimeSpan LongestToken { get; init; } = TimeSpan.FromDays(366);
}
