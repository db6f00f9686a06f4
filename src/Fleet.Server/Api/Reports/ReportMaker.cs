using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Reports;
using Fleet.Server.Api.Packages;
using Fleet.Server.Api.Records;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Server.Api.Reports;

/// <summary>The report, out of what is on record. Pure.</summary>
internal static class ReportMaker
{
    /// <summary>What closed a question, or ended a guard, is told with it.</summary>
    private static readonly string[] ToldElsewhere = ["decision-withdrawn", "decision-expired", "guard-released"];

    /// <param name="zone">That one alone; null: all of them.</param>
    public static ReportDocument Make(ReportMaterial material, string timeZone, string? zone)
    {
        var rollout = material.Rollout;
        var end = rollout.EndedAt ?? material.AsOf;
        var times = material.Zones.Select(z => ZoneTimes.Of(z.Zone, material.Rollout.Phases, z.Decisions, material.AsOf)).ToList();
        var took = PhaseTimes.Of(material.Zones.Select(z => z.Zone.PhasesDone).Zip(times));
        var waiting = Stretches.Within(material.Zones.SelectMany(z => z.Decisions).Concat(material.Decisions).Select(d => ZoneTimes.Open(d, material.AsOf)), rollout.StartedAt, end);
        var told = material.Audit.Where(a => zone is null || a.Entry.Zone is null || a.Entry.Zone == zone).ToList();
        return new ReportDocument
        {
            AsOf = material.AsOf,
            Running = rollout.EndedAt is null,
            TimeZone = timeZone,
            Id = rollout.Id,
            Name = rollout.Name,
            State = rollout.State,
            Reason = rollout.Reason is null ? null : Told.Of(rollout.Reason),
            Package = PackageDocument.Of(rollout.Package),
            Runbook = rollout.Runbook,
            Strategy = rollout.Strategy,
            Plan = material.Plan,
            Until = rollout.Until,
            Interactive = rollout.Interactive,
            MaxParallel = rollout.MaxParallel,
            Budget = new BudgetDocument(rollout.Budget, rollout.Failures),
            StartedBy = rollout.StartedBy,
            StartedAt = rollout.StartedAt,
            EndedAt = rollout.EndedAt,
            TraceId = rollout.TraceId,
            Counts = rollout.Counts,
            Seconds = Seconds(end - rollout.StartedAt),
            WaitingSeconds = Seconds(Stretches.Length(waiting)),
            ZoneWorkingSeconds = times.Sum(t => Seconds(Stretches.Length(t.Working))),
            ZoneWaitingSeconds = times.Sum(t => Seconds(Stretches.Length(t.Waiting))),
            Phases = [.. material.Steps.Select(s => (s.Phase, s.PhaseTitle)).Distinct().Select(p => Phase(p.Phase, p.PhaseTitle, took.GetValueOrDefault(p.Phase), material.Earlier?.Phases.GetValueOrDefault(p.Phase)))],
            Earlier = material.Earlier is { } earlier ? new ReportEarlier(earlier.Id, earlier.Name, earlier.StartedAt, earlier.Zones) : null,
            Waves = [.. rollout.Waves.Select(WaveDocument.Of)],
            Zones = [.. material.Zones.Zip(times).Where(z => zone is null || z.First.Zone.Name == zone).Select(z => ReportZoneMaker.Make(z.First, z.Second, material))],
            Decisions = [.. material.Decisions.Select(d => ReportZoneMaker.Decision(d, material.AsOf))],
            Acts = [.. told.Where(a => !IsIncident(a) && !ToldElsewhere.Contains(a.Entry.Code)).Select(AuditDocument.Of)],
            Incidents = [.. told.Where(IsIncident).Select(AuditDocument.Of)],
        };
    }

    internal static double Seconds(TimeSpan time) => Math.Max(0, Math.Round(time.TotalSeconds, 3));

    /// <summary>The worker or the coordinator tells of it, and no person did it.</summary>
    private static bool IsIncident(AuditView entry) => Incidents.Codes.Contains(entry.Entry.Code);

    private static ReportPhase Phase(string name, string title, PhaseTimes? took, PhaseTimes? before) => new(
        name, title, took?.Zones ?? 0,
        took is null ? null : Seconds(took.P50), took is null ? null : Seconds(took.P90),
        before is null ? null : Seconds(before.P50), before is null ? null : Seconds(before.P90));
}
