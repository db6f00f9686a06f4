using Microsoft.Extensions.Configuration;

namespace Fleet.Worker;

/// <summary>How this process takes part in upgrades.</summary>
public sealed class WorkerOptions
{
    /// <summary>Unique per process start: names the queue that answers and stops come on. It begins with the pool's name and a dot, by which the broker tells what queues a pool's user may have.</summary>
    public string WorkerId { get; set; } = $"{Clean(Environment.MachineName)}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>The pool that it takes phases from: <c>[a-z0-9-]</c>, 1 … 63 characters.</summary>
    public string Pool { get; set; } = "default";

    /// <summary>Phases in hand at once: 1 … 1000.</summary>
    public int MaxZones { get; set; } = 100;

    /// <summary>How long output must have been quiet before its end is looked at as a prompt: 50 ms … 60 s.</summary>
    public TimeSpan PromptQuiet { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Between beats while nothing is held; with something in hand it is a third of the lease. 1 s … 60 s.</summary>
    public TimeSpan IdleBeat { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a cancelled script may take to end before it is killed: 0 s … 10 min.</summary>
    public TimeSpan CancelGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a firstbox may be out of reach in the middle of a step before a person is asked what became of it: 1 min … 24 h. What runs there goes on meanwhile.</summary>
    public TimeSpan UnreachableLimit { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>As the keys under <c>Fleet:Worker</c> say.</summary>
    /// <param name="problems">Gets all that is wrong.</param>
    internal static WorkerOptions Read(IConfiguration configuration, ICollection<string> problems)
    {
        var section = new SettingReader(configuration, "Fleet:Worker", problems);
        var otherwise = new WorkerOptions();
        var pool = section.Text(nameof(Pool)) ?? otherwise.Pool;
        if (pool.Length > 63 || !pool.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            section.Wrong(nameof(Pool), pool, "it takes 1 to 63 small letters, digits and hyphens");
        return new WorkerOptions
        {
            WorkerId = section.Text(nameof(WorkerId)) ?? $"{pool}.{otherwise.WorkerId}",
            Pool = pool,
            MaxZones = section.Number(nameof(MaxZones), otherwise.MaxZones, 1, 1000),
            PromptQuiet = section.Time(nameof(PromptQuiet), otherwise.PromptQuiet, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(60)),
            IdleBeat = section.Time(nameof(IdleBeat), otherwise.IdleBeat, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)),
            CancelGrace = section.Time(nameof(CancelGrace), otherwise.CancelGrace, TimeSpan.Zero, TimeSpan.FromMinutes(10)),
            UnreachableLimit = section.Time(nameof(UnreachableLimit), otherwise.UnreachableLimit, TimeSpan.FromMinutes(1), TimeSpan.FromHours(24)),
        };
    }

    private static string Clean(string host)
    {
        var name = new string([.. host.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : '-')]);
        return name.Length > 40 ? name[..40] : name;
    }
}
