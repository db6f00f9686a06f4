using System.Text.RegularExpressions;
using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Model;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Rollouts;

/// <summary>Whether a rollout may be started as asked: everything that is wrong, at once.</summary>
internal static partial class StartCheck
{
    /// <summary>How long a scheduled rollout may begin late, where nobody says otherwise.</summary>
    public static readonly TimeSpan Lateness = TimeSpan.FromMinutes(30);

    public static IReadOnlyList<Finding> Schedule(StartRollout start, DateTimeOffset now)
    {
        var problems = new List<Finding>();
        if (start.StartsAt is { } at && at <= now)
            problems.Add(Finding.Of("schedule-past", ("at", $"{at:u}")));
        if (start.ExpiresAt is { } expires && (start.StartsAt is not { } begins || expires <= begins))
            problems.Add(Finding.Of("schedule-expires-before", ("until", $"{expires:u}")));
        return problems;
    }

    public static IReadOnlyList<Finding> Problems(StartRollout start, IReadOnlySet<string> knownZones, IReadOnlySet<string> activeNames, bool packageKnown, Runbook? runbook)
    {
        var problems = new List<Finding>();
        if (start.Zones.Count == 0)
            problems.Add(Finding.Of("rollout-no-zones"));
        problems.AddRange(start.Zones.Where(z => !knownZones.Contains(z)).Select(z => Finding.Of("zone-not-found", ("zone", z))));
        problems.AddRange(start.Zones.GroupBy(z => z).Where(g => g.Count() > 1).Select(g => Finding.Of("zone-named-twice", ("zone", g.Key))));
        if (!packageKnown)
            problems.Add(Finding.Of("package-not-found", ("id", start.PackageDigest)));
        if (runbook is null)
            problems.Add(Finding.Of("runbook-not-found", ("id", start.RunbookDigest ?? "qingcloud-upgrade")));
        return [.. problems, .. Settings(start, activeNames, runbook)];
    }

    /// <summary>What does not depend on the zones and the package.</summary>
    /// <param name="runbook">Null: not known, so that its phases are not either.</param>
    public static IReadOnlyList<Finding> Settings(StartRollout start, IReadOnlySet<string> activeNames, Runbook? runbook)
    {
        var problems = new List<Finding>();
        if (start.Name is { } name)
        {
            if (!NamePattern().IsMatch(name))
                problems.Add(Finding.Of("rollout-name-invalid", ("name", name)));
            else if (activeNames.Contains(name))
                problems.Add(Finding.Of("rollout-name-taken", ("name", name)));
        }

        if (start.Until is { } until && runbook is not null && runbook.FindPhase(until) is null)
            problems.Add(Finding.Of("answer-phase-unknown", ("phase", until), ("phases", string.Join(", ", runbook.Phases.Select(p => p.Name)))));
        return [.. problems, .. Limits(start.MaxParallel, start.MaxFailures), .. Strategy(start.Strategy).Problems];
    }

    /// <summary>The strategy file that was given, or all that is wrong with it; null and nothing wrong: none was given.</summary>
    public static (StrategyFile? File, IReadOnlyList<Finding> Problems) Strategy(string? text)
    {
        if (text is null)
            return (null, []);
        var loaded = StrategyLoader.Load(text);
        return (loaded.Strategy, [.. loaded.Problems.Select(Told)]);
    }

    /// <summary>What is wrong in a file, with its place as arguments.</summary>
    public static Finding Told(LoadProblem problem) =>
        new(problem.Code, new Dictionary<string, string>(problem.Args) { ["line"] = $"{problem.Line}", ["column"] = $"{problem.Column}", ["path"] = problem.Path }, []);

    public static List<Finding> Limits(int? maxParallel, string? maxFailures)
    {
        var problems = new List<Finding>();
        if (maxParallel is < 1 or > 1000)
            problems.Add(Finding.Of("max-parallel-invalid", ("value", $"{maxParallel}")));
        if (maxFailures is { } failures && Amount.Parse(failures) is null)
            problems.Add(Finding.Of("max-failures-invalid", ("value", failures)));
        return problems;
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$")]
    private static partial Regex NamePattern();
}
