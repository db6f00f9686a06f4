using System.Globalization;
using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;
using Fleet.Runbooks.Texts;

namespace Fleet.Orchestration.Checks;

/// <summary>What a check after an upgrade says of the zone's health: the platform's own check against its baseline (Q23), and its services (Q8). Pure.</summary>
internal static class LookRules
{
    private const string Services = "check-services";

    /// <param name="before">What was not fine before the upgrade; null: nothing is known of it, and whatever is bad counts.</param>
    public static ZoneLook Of(ZoneCheck check, HealthBaseline? before, Runbook runbook)
    {
        if (check.Result is not { } result)
            return Unseen(check.Zone, check.Unanswered ?? throw new InvalidOperationException($"The check {check.Id} has not ended."));
        if (result.Stages.Select(s => s.Problem).OfType<Finding>().FirstOrDefault() is { } unreachable)
            return Unseen(check.Zone, unreachable);
        var services = Preflight(runbook, Services);
        var down = result.Steps.Where(s => services.Contains(s.Name) && s.Verdict is CheckVerdict.Asks or CheckVerdict.Stops).SelectMany(s => s.Findings).ToList();
        if (down.Count > 0)
            return new ZoneLook(LookHealth.Worse, [Finding.Of("wave-zone-services", ("zone", check.Zone), ("why", Text.Render(down[0].Code, down[0].Args))).Saying("why", down[0]).WithLines(down.SelectMany(f => f.Lines))]);
        if (HealthBaseline.Read(result.Facts) is not { } now)
            return Unseen(check.Zone, result.Steps.FirstOrDefault(s => s.Verdict is CheckVerdict.Asks or CheckVerdict.Skipped && s.Findings.Count > 0)?.Findings[0] ?? Finding.Of("baseline-missing"));
        var worse = now.Bad.Except(before?.Bad ?? [], StringComparer.Ordinal).ToList();
        return worse.Count == 0
            ? new ZoneLook(LookHealth.Well, [])
            : new ZoneLook(LookHealth.Worse, [Finding.Of("wave-zone-unhealthy", ("zone", check.Zone), ("count", worse.Count.ToString(CultureInfo.InvariantCulture)), ("items", string.Join(", ", worse.Take(10)))).WithLines(worse)]);
    }

    private static ZoneLook Unseen(string zone, Finding why) => new(LookHealth.Unknown, [Finding.Of("wave-zone-not-looked-at", ("zone", zone), ("why", Text.Render(why.Code, why.Args))).Saying("why", why)]);

    private static HashSet<string> Preflight(Runbook runbook, string kind) =>
        [.. runbook.Phases.Where(p => p.Name == RunbookPhases.Preflight).SelectMany(p => p.Steps).Where(s => s.Kind == kind).Select(s => s.Name)];
}
