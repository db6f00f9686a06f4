namespace Fleet.Orchestration;

/// <summary>How the coordinator keeps time. Section <c>Fleet</c>.</summary>
public sealed record OrchestrationOptions
{
    /// <summary>How long a worker holds a zone without being heard of. 1 s … 1 h.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Coordinator and workers live and die together (in-memory bus): leases of an earlier process are over at once.</summary>
    public bool SingleProcess { get; init; }

    /// <summary>The API's address as people reach it, for links to it; null: nobody said, and Fleet listens on no address that says it.</summary>
    public string? PublicUrl { get; init; }

    public ReconcilerOptions Reconciler { get; init; } = new();
    public TranscriptOptions Transcripts { get; init; } = new();
    public Identities.AccessOptions Access { get; init; } = new();
    public GuardOptions Guards { get; init; } = new();
    public AuditOptions Audit { get; init; } = new();
    public MetricsOptions Metrics { get; init; } = new();
}

/// <summary>Section <c>Fleet:Metrics</c>.</summary>
public sealed record MetricsOptions
{
    /// <summary>How often the gauges of the fleet are read from the store. 100 ms … 5 min.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Gauges name the zones of open rollouts; so many more series there are.</summary>
    public bool PerZone { get; init; } = true;
}

/// <summary>Section <c>Fleet:Audit</c>.</summary>
public sealed record AuditOptions
{
    /// <summary>The key's file in the data folder, where no other is named.</summary>
    public const string OwnKey = "audit-key.pem";

    /// <summary>Entries older than this are cut from the beginnings of their chains; null: all are kept. 1 day … 10000 days.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>Path of the key that signs what a cut leaves.</summary>
    public string SigningKey { get; init; } = string.Empty;
}

/// <summary>Section <c>Fleet:Guards</c>.</summary>
public sealed record GuardOptions
{
    /// <summary>A guard in force for so long is told as an incident, and again each time it is twice as old. 1 s … 30 days.</summary>
    public TimeSpan AlarmAfter { get; init; } = TimeSpan.FromHours(4);
}

/// <summary>Section <c>Fleet:Reconciler</c>.</summary>
public sealed record ReconcilerOptions
{
    /// <summary>How often the leader looks. 10 ms … 1 min.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long after its first sending something owed is sent again; doubles each time. 10 ms … 10 min.</summary>
    public TimeSpan FirstResend { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest time between two sendings. 10 ms … 1 h.</summary>
    public TimeSpan LastResend { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often rollouts are looked at without a cause. 10 ms … 10 min.</summary>
    public TimeSpan Rollouts { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after it was asked for a check that nobody has told of is asked for again; doubles up to three times as long. A worker that has it in hand begins no second one. 10 ms … 1 h.</summary>
    public TimeSpan Checks { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a leader that is not heard of stays leader. 100 ms … 10 min.</summary>
    public TimeSpan Leadership { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>Section <c>Fleet:Transcripts</c>.</summary>
public sealed record TranscriptOptions
{
    /// <summary>Bytes kept per execution; what is over is counted as cut. 1 KiB … 16 GiB.</summary>
    public long MaxBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Transcripts of zone upgrades that ended so long ago are removed. 1 h … 10 years.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(365);
}

/// <summary>Section <c>Fleet:Store</c>.</summary>
public sealed record StoreOptions
{
    /// <summary><c>sqlite</c> or <c>postgres</c>.</summary>
    public string Provider { get; init; } = "sqlite";
    public string ConnectionString { get; init; } = string.Empty;

    /// <summary>This process brings the store up to date at its start; otherwise it waits until <c>fleet migrate</c> has.</summary>
    public bool Migrate { get; init; } = true;
}
