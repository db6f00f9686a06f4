using System.Text.RegularExpressions;
using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Model;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Rollouts;

/// <summary>Whether a rollout may be started as asked: everything that is wrong, at once.</summary>
internal static partial class StartCheck
{
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
        return (loaded.Strategy, [.. loaded.Problems.Select(p => new Finding(p.Code, new Dictionary<string, string>(p.Args) { ["line"] = $"{p.Line}", ["column"] = $"{p.Column}", ["path"] = p.Path }, []))]);
    }

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
