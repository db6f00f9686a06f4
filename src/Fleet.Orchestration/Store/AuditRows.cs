namespace Fleet.Orchestration.Store;

internal sealed class AuditRow
{
    public long Number { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Actor { get; set; }
    public required string Code { get; set; }
    public required IReadOnlyDictionary<string, string> Args { get; set; }
    public string? Zone { get; set; }
    public Guid? ZoneUpgradeId { get; set; }
    public Guid? RolloutId { get; set; }

    /// <summary>Where from, like <c>api 10.0.0.7</c>; null: from within.</summary>
    public string? Source { get; set; }

    /// <summary>Null: done.</summary>
    public string? Outcome { get; set; }
}

/// <summary>One link of a chain over the audit; see <see cref="Audit.AuditChain"/>.</summary>
internal sealed class AuditSealRow
{
    /// <summary>The audit entry's.</summary>
    public required long Number { get; set; }

    /// <summary>The rollout; empty: what belongs to none.</summary>
    public required Guid Chain { get; set; }

    /// <summary>1 and up, without a gap.</summary>
    public required long Position { get; set; }
    public required byte[] Hash { get; set; }

    /// <summary>In which form the entry's bytes went into the hash.</summary>
    public int Format { get; set; }
}

/// <summary>Up to where a chain was cut, with what it was then, signed.</summary>
internal sealed class AuditCheckpointRow
{
    public required Guid Chain { get; set; }
    public required long Position { get; set; }
    public required byte[] Hash { get; set; }
    public required DateTimeOffset At { get; set; }

    /// <summary>Of the key that signed: SubjectPublicKeyInfo.</summary>
    public required byte[] PublicKey { get; set; }
    public required byte[] Signature { get; set; }
}
