using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Store;
using Microsoft.Extensions.Configuration;

namespace Fleet.Orchestration;

/// <summary>The coordinator's part of the configuration, read and checked as a whole.</summary>
internal sealed record OrchestrationConfiguration(OrchestrationOptions Options, StoreOptions Store, IReadOnlyList<string> Problems)
{
    public static OrchestrationConfiguration Read(IConfiguration configuration)
    {
        var problems = new List<string>();
        var fleet = configuration.GetSection("Fleet");
        var defaults = new OrchestrationOptions();
        var reconciler = defaults.Reconciler;
        var options = new OrchestrationOptions
        {
            Lease = Time(fleet, "Lease", defaults.Lease, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), problems),
            SingleProcess = !string.Equals(fleet["Bus:Transport"] ?? "memory", "rabbitmq", StringComparison.OrdinalIgnoreCase),
            PublicUrl = PublicUrl(fleet, problems),
            Reconciler = new ReconcilerOptions
            {
                Interval = Time(fleet, "Reconciler:Interval", reconciler.Interval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1), problems),
                FirstResend = Time(fleet, "Reconciler:FirstResend", reconciler.FirstResend, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10), problems),
                LastResend = Time(fleet, "Reconciler:LastResend", reconciler.LastResend, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1), problems),
                Rollouts = Time(fleet, "Reconciler:Rollouts", reconciler.Rollouts, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10), problems),
                Checks = Time(fleet, "Reconciler:Checks", reconciler.Checks, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1), problems),
                Leadership = Time(fleet, "Reconciler:Leadership", reconciler.Leadership, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10), problems),
            },
            Guards = new GuardOptions { AlarmAfter = Time(fleet, "Guards:AlarmAfter", defaults.Guards.AlarmAfter, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30), problems) },
            Metrics = new MetricsOptions
            {
                Interval = Time(fleet, "Metrics:Interval", defaults.Metrics.Interval, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5), problems),
                PerZone = Flag(fleet, "Metrics:PerZone", defaults.Metrics.PerZone, problems),
            },
            Access = ReadAccess(fleet, defaults.Access, problems),
            Transcripts = new TranscriptOptions
            {
                MaxBytes = Number(fleet, "Transcripts:MaxBytes", defaults.Transcripts.MaxBytes, 1024, 16L << 30, problems),
                Retention = Time(fleet, "Transcripts:Retention", defaults.Transcripts.Retention, TimeSpan.FromHours(1), TimeSpan.FromDays(3653), problems),
            },
        };
        var store = ReadStore(fleet, problems);
        return new(options with { Audit = ReadAudit(fleet, store, problems) }, store, problems);
    }

    private static AccessOptions ReadAccess(IConfigurationSection fleet, AccessOptions defaults, List<string> problems)
    {
        var longest = Time(fleet, "Access:LongestToken", defaults.LongestToken, TimeSpan.FromMinutes(1), TimeSpan.FromDays(3653), problems);
        var usual = Time(fleet, "Access:TokenLifetime", longest < defaults.TokenLifetime ? longest : defaults.TokenLifetime, TimeSpan.FromMinutes(1), longest, problems);
        return new AccessOptions { LongestToken = longest, TokenLifetime = usual };
    }

    /// <summary>As it is set, else the address that this process listens on, where that names a machine.</summary>
    private static string? PublicUrl(IConfigurationSection fleet, List<string> problems)
    {
        if (fleet["PublicUrl"] is { Length: > 0 } set)
        {
            if (Uri.TryCreate(set, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
                return set;
            problems.Add($"Fleet:PublicUrl is \"{set}\"; it takes the address under which people reach the API, like https://fleet.example.org.");
            return null;
        }

        return Uri.TryCreate(fleet["Listen"], UriKind.Absolute, out var listen) && listen.Host is not ("0.0.0.0" or "[::]") ? fleet["Listen"] : null;
    }

    private static AuditOptions ReadAudit(IConfigurationSection fleet, StoreOptions store, List<string> problems)
    {
        var retention = fleet["Audit:Retention"] is { Length: > 0 } ? Time(fleet, "Audit:Retention", TimeSpan.Zero, TimeSpan.FromDays(1), TimeSpan.FromDays(10_000), problems) : (TimeSpan?)null;
        var key = fleet["Audit:SigningKey"];
        if (key is { Length: > 0 } && !key.StartsWith("file:", StringComparison.Ordinal))
            problems.Add($"Fleet:Audit:SigningKey is \"{key}\"; it names the file with the key, like file:/etc/fleet/audit-key.pem.");
        // Coordinators of one store sign with one key.
        if (retention is not null && string.IsNullOrEmpty(key) && store.Provider == StoreRegistration.Postgres)
            problems.Add("Fleet:Audit:SigningKey is missing; with Fleet:Audit:Retention on postgres every coordinator needs the same key, like file:/etc/fleet/audit-key.pem (openssl ecparam -name prime256v1 -genkey -noout).");
        return new AuditOptions { Retention = retention, SigningKey = key is { Length: > 0 } ? key["file:".Length..] : Path.Combine(fleet["Data"] ?? "fleet-data", AuditOptions.OwnKey) };
    }

    private static StoreOptions ReadStore(IConfigurationSection fleet, List<string> problems)
    {
        var provider = (fleet["Store:Provider"] ?? StoreRegistration.Sqlite).ToLowerInvariant();
        var connection = fleet["Store:ConnectionString"];
        if (provider is not (StoreRegistration.Sqlite or StoreRegistration.Postgres))
            problems.Add($"Fleet:Store:Provider is \"{provider}\"; allowed are sqlite and postgres.");
        if (provider == StoreRegistration.Postgres && string.IsNullOrWhiteSpace(connection))
            problems.Add("Fleet:Store:ConnectionString is missing; postgres needs one, like Host=db;Database=fleet;Username=fleet;Password=….");
        if (provider == StoreRegistration.Sqlite && string.IsNullOrWhiteSpace(connection))
            connection = $"Data Source={Path.Combine(fleet["Data"] ?? "fleet-data", "fleet.db")}";
        if (provider == StoreRegistration.Postgres && !string.IsNullOrWhiteSpace(connection))
            connection = StoreEncryption.Apply(connection, fleet["Store:Ca"] is { Length: > 0 } ca ? ca : null, Flag(fleet, "Store:AllowPlain", otherwise: false, problems), problems);
        var migrate = true;
        if (fleet["Store:Migrate"] is { Length: > 0 } flag && !bool.TryParse(flag, out migrate))
            problems.Add($"Fleet:Store:Migrate is \"{flag}\"; allowed are true and false.");
        return new StoreOptions { Provider = provider, ConnectionString = connection ?? string.Empty, Migrate = migrate };
    }

    private static TimeSpan Time(IConfigurationSection fleet, string key, TimeSpan otherwise, TimeSpan least, TimeSpan most, List<string> problems)
    {
        if (fleet[key] is not { Length: > 0 } text)
            return otherwise;
        if (TimeSpan.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            return value;
        problems.Add($"Fleet:{key} is \"{text}\"; allowed are times from {least:c} to {most:c}, like 00:00:30.");
        return otherwise;
    }

    private static bool Flag(IConfigurationSection fleet, string key, bool otherwise, List<string> problems)
    {
        if (fleet[key] is not { Length: > 0 } text)
            return otherwise;
        if (bool.TryParse(text, out var value))
            return value;
        problems.Add($"Fleet:{key} is \"{text}\"; allowed are true and false.");
        return otherwise;
    }

    private static long Number(IConfigurationSection fleet, string key, long otherwise, long least, long most, List<string> problems)
    {
        if (fleet[key] is not { Length: > 0 } text)
            return otherwise;
        if (long.TryParse(text, out var value) && value >= least && value <= most)
            return value;
        problems.Add($"Fleet:{key} is \"{text}\"; allowed are numbers from {least} to {most}.");
        return otherwise;
    }
}
