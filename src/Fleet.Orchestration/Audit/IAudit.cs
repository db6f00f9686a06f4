namespace Fleet.Orchestration.Audit;

/// <summary>Who changed what, written in the transaction of the change.</summary>
public interface IAudit
{
    /// <summary>Oldest first.</summary>
    Task<IReadOnlyList<AuditView>> ListAsync(AuditFilter filter, CancellationToken cancellationToken);

    /// <summary>All of it, oldest first, with every field and link; read page by page.</summary>
    IAsyncEnumerable<AuditView> ExportAsync(AuditFilter filter, CancellationToken cancellationToken);

    /// <summary>Holds the entries against the chains that they were sealed in, and tells where that breaks.</summary>
    /// <param name="rollout">An id, a name or an unambiguous beginning of either; <c>-</c>: what belongs to no rollout; null: all chains.</param>
    /// <param name="expected">A head of that chain as it was noted once; it needs <paramref name="rollout"/>.</param>
    Task<Result<AuditVerification>> VerifyAsync(string? rollout, AuditHead? expected, CancellationToken cancellationToken);

    /// <summary>For changes that happen outside of orchestration (an identity made, a token replaced).</summary>
    Task AddAsync(AuditEntry entry, CancellationToken cancellationToken);
}

public sealed record AuditFilter
{
    public DateTimeOffset? Since { get; init; }
    public Guid? RolloutId { get; init; }
    public string? Zone { get; init; }

    /// <summary>Only what did not go as it should: takeovers, work sent out again, ends that nobody knows, leases lost, firstboxes away.</summary>
    public bool IncidentsOnly { get; init; }

    /// <summary>Null: all of it.</summary>
    public AuditScope? Within { get; init; }

    /// <summary>Entries with a higher number only.</summary>
    public long? After { get; init; }

    /// <summary>1 … 10000; the newest where there are more.</summary>
    public int Limit { get; init; } = 1000;
}

/// <summary>The part of the audit that somebody sees: what is about one of the zones, and what is about one of the rollouts and no zone.</summary>
public sealed record AuditScope(IReadOnlyCollection<string> Zones, IReadOnlyCollection<Guid> Rollouts);

/// <summary>One change, as a code and its arguments.</summary>
public sealed record AuditEntry
{
    /// <summary>A person's name, <c>policy:…</c>, <c>worker:…</c> or <c>coordinator</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>Like <c>answer-given</c>; the texts know it.</summary>
    public required string Code { get; init; }
    public IReadOnlyDictionary<string, string> Args { get; init; } = new Dictionary<string, string>();
    public string? Zone { get; init; }
    public Guid? ZoneUpgradeId { get; init; }
    public Guid? RolloutId { get; init; }

    /// <summary>Where from, like <c>api 10.0.0.7</c>; null: from within.</summary>
    public string? Source { get; init; }

    /// <summary>Null: it was done. <c>refused</c>: it was asked for and not allowed.</summary>
    public string? Outcome { get; init; }
}

public sealed record AuditView(long Number, DateTimeOffset At, AuditEntry Entry)
{
    /// <summary>The hash of the plan of its rollout; null: it is about none, or about one without a plan.</summary>
    public string? Plan { get; init; }

    /// <summary>Null: it is not sealed yet, or was not asked for.</summary>
    public AuditLink? Link { get; init; }
}

/// <summary>An entry's place in its chain, with what it takes to compute it outside of Fleet.</summary>
/// <param name="Chain">The rollout; empty: what belongs to none.</param>
/// <param name="Before">The link before, in lower-case hex; zeros at the beginning; null: it was cut away and no checkpoint has it.</param>
/// <param name="Format">In which form the entry's bytes went into the hash.</param>
public sealed record AuditLink(Guid Chain, long Position, int Format, string? Before, string Hash);
