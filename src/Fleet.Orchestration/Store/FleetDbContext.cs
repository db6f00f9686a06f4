using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Fleet.Orchestration.Store;

/// <summary>Everything that the coordinator keeps. The same tables on SQLite and PostgreSQL; each has its own migrations.</summary>
internal abstract class FleetDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<ZoneUpgradeSaga> ZoneUpgrades => Set<ZoneUpgradeSaga>();
    public DbSet<RolloutSaga> Rollouts => Set<RolloutSaga>();
    public DbSet<FirstboxRow> Firstboxes => Set<FirstboxRow>();
    public DbSet<LeaseRow> Leases => Set<LeaseRow>();
    public DbSet<WorkerRow> Workers => Set<WorkerRow>();
    public DbSet<LeaderRow> Leaders => Set<LeaderRow>();
    public DbSet<InstallationRow> Installations => Set<InstallationRow>();
    public DbSet<ZoneRow> Zones => Set<ZoneRow>();
    public DbSet<PackageRow> Packages => Set<PackageRow>();
    public DbSet<RunbookRow> Runbooks => Set<RunbookRow>();
    public DbSet<DecisionRow> Decisions => Set<DecisionRow>();
    public DbSet<GuardRow> Guards => Set<GuardRow>();
    public DbSet<DebtRow> Debts => Set<DebtRow>();
    public DbSet<AuditRow> Audit => Set<AuditRow>();
    public DbSet<AuditSealRow> AuditSeals => Set<AuditSealRow>();
    public DbSet<AuditCheckpointRow> AuditCheckpoints => Set<AuditCheckpointRow>();
    public DbSet<TranscriptRow> Transcripts => Set<TranscriptRow>();
    public DbSet<ChunkRow> Chunks => Set<ChunkRow>();
    public DbSet<ZoneCheckRow> ZoneChecks => Set<ZoneCheckRow>();
    public DbSet<PlanRow> Plans => Set<PlanRow>();
    public DbSet<CalendarRow> Calendars => Set<CalendarRow>();
    public DbSet<IdentityRow> Identities => Set<IdentityRow>();
    public DbSet<TokenRow> Tokens => Set<TokenRow>();
    public DbSet<ChatAccountRow> ChatAccounts => Set<ChatAccountRow>();
    public DbSet<WebKeyRow> WebKeys => Set<WebKeyRow>();

    /// <summary>SQLite has no moments in time: they rest as ticks in UTC, which compare rightly.</summary>
    protected virtual bool MomentsAsTicks => false;

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        foreach (var entry in ChangeTracker.Entries())
        {
            if (entry.State == EntityState.Modified && entry.Metadata.FindProperty("Version") is { IsConcurrencyToken: true })
                entry.Property("Version").CurrentValue = (int)entry.Property("Version").OriginalValue! + 1;
        }

        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        if (MomentsAsTicks)
            configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicksConverter>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ZoneUpgradeSaga>(e =>
        {
            e.ToTable("zone_upgrades");
            e.HasKey(x => x.CorrelationId);
            e.Property(x => x.CorrelationId).ValueGeneratedNever();
            e.Property(x => x.Version).IsConcurrencyToken();
            e.Property(x => x.Row).HasDocument();
            e.HasIndex(x => x.RolloutId);
            e.HasIndex(x => x.Zone);
            e.HasIndex(x => x.Work);
        });
        modelBuilder.Entity<RolloutSaga>(e =>
        {
            e.ToTable("rollouts");
            e.HasKey(x => x.CorrelationId);
            e.Property(x => x.CorrelationId).ValueGeneratedNever();
            e.Property(x => x.Version).IsConcurrencyToken();
            e.Property(x => x.Row).HasDocument();
            e.HasIndex(x => x.State);
        });
        modelBuilder.Entity<FirstboxRow>(e =>
        {
            e.ToTable("firstboxes");
            e.HasKey(x => x.Address);
            e.Property(x => x.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<LeaseRow>(e =>
        {
            e.ToTable("leases");
            e.HasKey(x => x.ZoneUpgradeId);
            e.Property(x => x.ZoneUpgradeId).ValueGeneratedNever();
            e.HasIndex(x => x.ExpiresAt);
        });
        modelBuilder.Entity<WorkerRow>(e =>
        {
            e.ToTable("workers");
            e.HasKey(x => x.Id);
            e.Property(x => x.Holds).HasDocument();
        });
        modelBuilder.Entity<LeaderRow>().ToTable("leaders").HasKey(x => x.Name);
        modelBuilder.Entity<InstallationRow>().ToTable("installation").HasKey(x => x.Id);
        modelBuilder.Entity<ZoneRow>(e =>
        {
            e.ToTable("zones");
            e.HasKey(x => x.Name);
            e.Property(x => x.Zone).HasDocument();
            e.Property(x => x.TakenFacts!).HasDocument();
            e.Property(x => x.Facts).HasDocument();
            e.Property(x => x.Version).IsConcurrencyToken();
            e.HasIndex(x => x.Address);
        });
        modelBuilder.Entity<PackageRow>(e =>
        {
            e.ToTable("packages");
            e.HasKey(x => x.Digest);
            e.Property(x => x.Package).HasDocument();
        });
        modelBuilder.Entity<RunbookRow>(e =>
        {
            e.ToTable("runbooks");
            e.HasKey(x => x.Digest);
            e.HasIndex(x => x.Name);
        });
        modelBuilder.Entity<DecisionRow>(e =>
        {
            e.ToTable("decisions");
            e.HasKey(x => x.Id);
            e.Property(x => x.Id).ValueGeneratedNever();
            e.Property(x => x.Decision).HasDocument();
            e.Ignore(x => x.IsOfRollout);
            e.HasIndex(x => new { x.State, x.Fingerprint });
            e.HasIndex(x => x.RolloutId);
        });
        modelBuilder.Entity<GuardRow>(e =>
        {
            e.ToTable("guards");
            e.HasKey(x => new { x.ZoneUpgradeId, x.Name });
            e.Property(x => x.Guard).HasDocument();
            e.HasIndex(x => x.Released);
        });
        modelBuilder.Entity<DebtRow>(e =>
        {
            e.ToTable("debts");
            e.HasKey(x => x.Id);
            e.Property(x => x.Id).ValueGeneratedNever();
            e.Property(x => x.Debt).HasDocument();
            e.HasIndex(x => x.Zone);
        });
        modelBuilder.Entity<AuditRow>(e =>
        {
            e.ToTable("audit");
            e.HasKey(x => x.Number);
            e.Property(x => x.Args).HasArgs();
            e.HasIndex(x => x.At);
            e.HasIndex(x => x.RolloutId);
            e.HasIndex(x => x.Zone);
        });
        modelBuilder.Entity<AuditSealRow>(e =>
        {
            e.ToTable("audit_seals");
            e.HasKey(x => x.Number);
            e.Property(x => x.Number).ValueGeneratedNever();
            // Links that an older Fleet makes beside this one say nothing of their form.
            e.Property(x => x.Format).HasDefaultValue(AuditChain.FirstFormat);
            e.HasIndex(x => new { x.Chain, x.Position }).IsUnique();
        });
        modelBuilder.Entity<AuditCheckpointRow>(e =>
        {
            e.ToTable("audit_checkpoints");
            e.HasKey(x => x.Chain);
            e.Property(x => x.Chain).ValueGeneratedNever();
        });
        modelBuilder.Entity<TranscriptRow>(e =>
        {
            e.ToTable("transcripts");
            e.HasKey(x => x.ExecutionId);
            e.Property(x => x.Version).IsConcurrencyToken();
            e.HasIndex(x => x.ZoneUpgradeId);
        });
        modelBuilder.Entity<ChunkRow>().ToTable("transcript_chunks").HasKey(x => new { x.ExecutionId, x.Start });
        modelBuilder.Entity<ZoneCheckRow>(e =>
        {
            e.ToTable("zone_checks");
            e.HasKey(x => x.Id);
            e.Property(x => x.Id).ValueGeneratedNever();
            e.Property(x => x.Check).HasDocument();
            e.Property(x => x.Version).IsConcurrencyToken();
            e.HasIndex(x => x.CheckId);
            e.HasIndex(x => new { x.Zone, x.AskedAt });
            e.HasIndex(x => x.EndedAt);
        });
        modelBuilder.Entity<PlanRow>(e =>
        {
            e.ToTable("plans");
            e.HasKey(x => x.Hash);
            e.Property(x => x.Plan).HasDocument();
            e.HasIndex(x => x.MadeAt);
        });
        modelBuilder.Entity<CalendarRow>(e =>
        {
            e.ToTable("calendars");
            e.HasKey(x => x.Id);
            e.Property(x => x.Id).ValueGeneratedNever();
            e.Property(x => x.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<IdentityRow>(e =>
        {
            e.ToTable("identities");
            e.HasKey(x => x.Name);
            e.HasIndex(x => x.TokenDigest).IsUnique();
        });
        modelBuilder.Entity<TokenRow>(e =>
        {
            e.ToTable("tokens");
            e.HasKey(x => x.Id);
            e.Property(x => x.Rights).HasDocument();
            e.HasIndex(x => x.Digest).IsUnique();
        });
        modelBuilder.Entity<ChatAccountRow>(e =>
        {
            e.ToTable("chat_accounts");
            e.HasKey(x => new { x.Chat, x.Account });
            e.Property(x => x.Rights).HasDocument();
        });
        modelBuilder.Entity<WebKeyRow>().ToTable("web_keys").HasKey(x => x.Id);
    }
}

internal sealed class UtcTicksConverter() : ValueConverter<DateTimeOffset, long>(v => v.UtcTicks, v => new DateTimeOffset(v, TimeSpan.Zero));

internal sealed class SqliteFleetDbContext(DbContextOptions<SqliteFleetDbContext> options) : FleetDbContext(options)
{
    protected override bool MomentsAsTicks => true;
}

internal sealed class PostgresFleetDbContext(DbContextOptions<PostgresFleetDbContext> options) : FleetDbContext(options);
