using Microsoft.Extensions.Configuration;

namespace Fleet.Worker;

/// <summary>How this process takes part in upgrades.</summary>
public sealed class WorkerOptions
{
    /// <summary>Unique per process start: names the queue that answers and stops come on.</summary>
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

    /// <summary>As the keys under <c>Fleet:Worker</c> say.</summary>
    /// <exception cref="InvalidOperationException">They are wrong; all errors at once.</exception>
    public static WorkerOptions From(IConfiguration configuration)
    {
        var options = new WorkerOptions();
        configuration.GetSection("Fleet:Worker").Bind(options);
        var problems = options.Problems();
        return problems.Count == 0 ? options : throw new InvalidOperationException(string.Join(Environment.NewLine, problems));
    }

    /// <summary>All that is wrong with these options, each naming the key, the value and what is allowed.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (Pool.Length is 0 or > 63 || !Pool.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            problems.Add($"Fleet:Worker:Pool is '{Pool}': it takes 1 to 63 small letters, digits and hyphens.");
        if (MaxZones is < 1 or > 1000)
            problems.Add($"Fleet:Worker:MaxZones is {MaxZones}: it takes 1 to 1000.");
        Within(problems, nameof(PromptQuiet), PromptQuiet, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(60));
        Within(problems, nameof(IdleBeat), IdleBeat, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Within(problems, nameof(CancelGrace), CancelGrace, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        return problems;
    }

    private static void Within(List<string> problems, string key, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
            problems.Add($"Fleet:Worker:{key} is {value}: it takes {least} to {most}.");
    }

    private static string Clean(string host)
    {
        var name = new string([.. host.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : '-')]);
        return name.Length > 40 ? name[..40] : name;
    }
}
