using Fleet.Contracts.Decisions;

namespace Fleet.Orchestration.Audit;

/// <summary>A chain's end: noted elsewhere, it proves later that nothing was taken from the end of it.</summary>
/// <param name="Hash">Lower-case hex.</param>
public sealed record AuditHead(long Position, string Hash)
{
    /// <summary>Of <c>POSITION:HASH</c>; null: it is none.</summary>
    public static AuditHead? Parse(string text) =>
        text.Split(':') is [var position, { Length: 64 } hash] && long.TryParse(position, out var number) && number > 0 && hash.All(char.IsAsciiHexDigit)
            ? new AuditHead(number, hash.ToLowerInvariant())
            : null;

    public override string ToString() => $"{Position}:{Hash}";
}

/// <param name="Chains">That of what belongs to no rollout first.</param>
/// <param name="Unsealed">Entries that are in no chain yet.</param>
/// <param name="UnsealedSince">The oldest of them.</param>
public sealed record AuditVerification(IReadOnlyList<AuditChainView> Chains, long Unsealed, DateTimeOffset? UnsealedSince)
{
    public bool Holds => Chains.All(c => c.Broken is null);
}

public sealed record AuditChainView
{
    /// <summary>Null: of what belongs to no rollout.</summary>
    public Guid? RolloutId { get; init; }
    public string? RolloutName { get; init; }

    /// <summary>Entries that were held against their links.</summary>
    public required long Entries { get; init; }

    /// <summary>Null: nothing is sealed in it.</summary>
    public AuditHead? Head { get; init; }

    /// <summary>Where it was cut: it begins behind this. Null: it was not.</summary>
    public AuditHead? CutAt { get; init; }
    public DateTimeOffset? CutOn { get; init; }

    /// <summary>The first place at which it does not hold; null: all of it does.</summary>
    public Finding? Broken { get; init; }
}
