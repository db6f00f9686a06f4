using Fleet.Contracts.Phases;
using Fleet.Orchestration.Reports;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Server.Api.Reports;

/// <summary>How a zone stood before and stands after its upgrade, out of what its steps left. Pure.</summary>
internal static class ReportStandings
{
    /// <summary>What was read before anything was changed, and what is known last; null: not known.</summary>
    public static (ReportVersions? Before, ReportVersions? After, bool AtTarget) Versions(ZoneUpgradeView zone, IReadOnlyList<ReportStep> steps)
    {
        var facts = zone.Facts;
        var after = Of(facts, "versions.", facts.GetValueOrDefault("versions.upgrade"));
        // Nothing was done there: it was before what it is now, whatever version.json says of an older time.
        if (facts.GetValueOrDefault("standing") == "already-there")
            return (after, after, true);
        return (Of(facts, "versions.old-", facts.GetValueOrDefault("versions.old-upgrade")), after, Last(zone, steps, "check-versions", s => s.Options.GetValueOrDefault("expect") == "target")?.Outcome == StepOutcome.Succeeded);
    }

    /// <summary>Null: nobody looked.</summary>
    public static ReportHealthAfter? HealthAfter(ZoneUpgradeView zone, IReadOnlyList<ReportStep> steps) =>
        Last(zone, steps, "check-health", _ => true) is not { EndedAt: { } at } record ? null : new ReportHealthAfter(
            at,
            record.Outcome switch
            {
                StepOutcome.Succeeded => true,
                StepOutcome.Failed when record.Findings.Any(f => f.Code == "unhealthy-now") => false,
                _ => null,
            },
            [.. record.Findings.Select(Told.Of)]);

    private static ReportVersions? Of(IReadOnlyDictionary<string, string> facts, string prefix, string? upgrade) =>
        facts.TryGetValue($"{prefix}installer", out var installer) && facts.TryGetValue($"{prefix}qingcloud", out var qingcloud) ? new ReportVersions(installer, qingcloud, upgrade) : null;

    /// <summary>The newest try that ended of a step of that kind.</summary>
    private static StepRecord? Last(ZoneUpgradeView zone, IReadOnlyList<ReportStep> steps, string kind, Func<ReportStep, bool> which)
    {
        var named = steps.Where(s => s.Kind == kind && which(s)).Select(s => (s.Phase, s.Name)).ToHashSet();
        return zone.Steps.LastOrDefault(s => s.EndedAt is not null && named.Contains((s.Phase, s.Step)));
    }
}
