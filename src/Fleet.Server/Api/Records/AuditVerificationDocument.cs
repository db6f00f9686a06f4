using Fleet.Orchestration.Audit;

namespace Fleet.Server.Api.Records;

/// <summary>Whether the audit is what was sealed.</summary>
public sealed record AuditVerificationDocument
{
    /// <summary>Every chain holds.</summary>
    public required bool Holds { get; init; }

    /// <summary>That of what belongs to no rollout first.</summary>
    public required IReadOnlyList<AuditChainDocument> Chains { get; init; }

    /// <summary>Entries that are in no chain yet; the leader seals within seconds.</summary>
    public required long Unsealed { get; init; }

    /// <summary>The oldest of them.</summary>
    public DateTimeOffset? UnsealedSince { get; init; }

    public static AuditVerificationDocument Of(AuditVerification verification) => new()
    {
        Holds = verification.Holds,
        Chains = [.. verification.Chains.Select(AuditChainDocument.Of)],
        Unsealed = verification.Unsealed,
        UnsealedSince = verification.UnsealedSince,
    };
}

/// <summary>One chain: a rollout's, or that of what belongs to none.</summary>
public sealed record AuditChainDocument
{
    /// <summary>Null: of what belongs to no rollout.</summary>
    public Guid? Rollout { get; init; }
    public string? RolloutName { get; init; }

    /// <summary>Entries that were held against their links.</summary>
    public required long Entries { get; init; }

    /// <summary><c>POSITION:HASH</c> of its end: noted elsewhere, it proves later that nothing was taken from there. Null: nothing is sealed in it.</summary>
    public string? Head { get; init; }

    /// <summary>Where retention has cut it; null: nowhere.</summary>
    public string? CutAt { get; init; }
    public DateTimeOffset? CutOn { get; init; }

    /// <summary>The first place at which it does not hold; null: all of it does.</summary>
    public Told? Broken { get; init; }

    public static AuditChainDocument Of(AuditChainView chain) => new()
    {
        Rollout = chain.RolloutId,
        RolloutName = chain.RolloutName,
        Entries = chain.Entries,
        Head = chain.Head?.ToString(),
        CutAt = chain.CutAt?.ToString(),
        CutOn = chain.CutOn,
        Broken = chain.Broken is null ? null : Told.Of(chain.Broken),
    };
}
