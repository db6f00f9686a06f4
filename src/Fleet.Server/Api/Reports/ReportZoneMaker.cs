using Fleet.Contracts.Phases;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Reports;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Calendars;
using Fleet.Runbooks.Facts;
using Fleet.Server.Api.Records;
using NodaTime;

namespace Fleet.Server.Api.Reports;

/// <summary>One zone's part of a report. Pure.</summary>
internal static class ReportZoneMaker
{
    public static ReportZone Make(ZoneMaterial material, ZoneTimes times, ReportMaterial whole)
    {
        var zone = material.Zone;
        var (before, after, atTarget) = ReportStandings.Versions(zone, whole.Steps);
        return new ReportZone
        {
            Name = zone.Name,
            State = zone.State,
            Standing = zone.Standing,
            Wave = whole.Rollout.Waves.FirstOrDefault(w => w.Index == zone.Wave)?.Name ?? $"{zone.Wave + 1}",
            Error = zone.Error is null ? null : Told.Of(zone.Error),
            StartedAt = zone.StartedAt,
            EndedAt = zone.EndedAt,
            TraceId = zone.TraceId,
            Seconds = ReportMaker.Seconds(times.Total),
            WorkingSeconds = ReportMaker.Seconds(Stretches.Length(times.Working)),
            WaitingSeconds = ReportMaker.Seconds(Stretches.Length(times.Waiting)),
            StandingSeconds = ReportMaker.Seconds(times.Standing),
            Waiting = times.Waiting,
            VersionsBefore = before,
            VersionsAfter = after,
            AtTarget = atTarget,
            HealthBefore = HealthBaseline.Read(zone.Facts) is { } baseline ? new ReportHealthBefore(baseline.Items, baseline.Bad) : null,
            HealthAfter = ReportStandings.HealthAfter(zone, whole.Steps),
            Phases = [.. times.Phases.Select(p => Phase(p, zone, whole.Steps))],
            Steps = [.. zone.Steps.OrderBy(s => s.StartedAt).Select(s => Step(s, material, whole.AsOf))],
            Decisions = [.. material.Decisions.Where(d => !d.ByPolicy).Select(d => Decision(d, whole.AsOf))],
            AnsweredByPolicy = material.Decisions.Where(d => d is { ByPolicy: true, View.AnsweredBy: not null }).GroupBy(d => d.View.AnsweredBy!).OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count()),
            Backups = [.. ReportedBackup.Of(zone, whole.Steps).Select(b => new ReportBackup(
                b.Step, b.Place == BackupPlace.Firstbox ? "firstbox" : "first-snapshot-node", b.Path, b.State, b.At, b.Problem is null ? null : Told.Of(b.Problem), b.Kept?.Bytes, b.Kept?.Digest, b.Kept?.DigestOf))],
            Guards = [.. material.Guards.Select(g => new ReportZoneGuard(
                g.Guard.Name, g.Guard.Since, g.Guard.Nodes, g.Guard.HadBefore, g.Guard.Released, g.Guard.Released ? ReleasedAt(zone, g.Guard.Name, whole.Audit) : null, g.KeptBy))],
            Skipped = zone.Skipped,
            Debts = [.. material.Debts.Select(d => new ReportDebt(d.Debt.Kind, d.Debt.What, d.Debt.Reason, d.Debt.By, d.Since, d.SettledAt, d.SettledBy, d.Comment))],
            Check = material.Check is { } check ? Check(check) : null,
            Windows = [.. material.Windows.Select(Window)],
            Waiver = material.WaivedBy is { } by ? new ReportWaiver(by, material.WaivedBecause) : null,
            Incidents = [.. whole.Audit.Where(a => a.Entry.ZoneUpgradeId == zone.Id && Incidents.Codes.Contains(a.Entry.Code)).Select(AuditDocument.Of)],
        };
    }

    public static ReportedDecision Decision(ReportDecision decision, DateTimeOffset now)
    {
        var view = decision.View;
        return new ReportedDecision
        {
            Id = view.Id,
            Kind = view.Kind,
            State = view.State,
            Wave = view.Wave,
            Phase = view.Phase,
            Step = view.Step,
            Attempt = view.Attempt,
            Question = Told.Of(view.Question),
            AskedAt = view.AskedAt,
            ClosedAt = decision.ClosedAt,
            WaitingSeconds = decision.ClosedAt is null && view.State != DecisionState.Open ? null : ReportMaker.Seconds((decision.ClosedAt ?? now) - view.AskedAt),
            Answer = view.Answer,
            AnsweredBy = view.AnsweredBy,
            InAdvance = view.InAdvance is not null,
            Comment = view.Comment,
            Items = view.ItemAnswers,
        };
    }

    private static ReportZonePhase Phase(ZonePhase phase, ZoneUpgradeView zone, IReadOnlyList<ReportStep> steps) => new(
        phase.Name, steps.FirstOrDefault(s => s.Phase == phase.Name)?.PhaseTitle ?? phase.Name, zone.PhasesDone.Contains(phase.Name), phase.From, phase.To,
        ReportMaker.Seconds(Stretches.Length(phase.Working)), ReportMaker.Seconds(Stretches.Length(phase.Waiting)), phase.Working);

    private static ReportZoneStep Step(StepRecord step, ZoneMaterial material, DateTimeOffset now)
    {
        var printed = step.ExecutionId is { } execution ? material.Transcripts.FirstOrDefault(t => t.ExecutionId == execution) : null;
        return new ReportZoneStep
        {
            Phase = step.Phase,
            Step = step.Step,
            Attempt = step.Attempt,
            StartedAt = step.StartedAt,
            EndedAt = step.EndedAt,
            Seconds = ReportMaker.Seconds((step.EndedAt ?? material.Zone.EndedAt ?? now) - step.StartedAt),
            Outcome = step.Outcome,
            AlreadyDone = step.AlreadyDone,
            SettledAs = step.SettledAs,
            SettledBy = step.SettledBy,
            ExitCode = step.ExitCode,
            Findings = [.. step.Findings.Select(Told.Of)],
            ExecutionId = step.ExecutionId,
            Printed = printed?.Length,
            Cut = printed?.Cut,
        };
    }

    private static DateTimeOffset? ReleasedAt(ZoneUpgradeView zone, string guard, IReadOnlyList<AuditView> audit) =>
        audit.LastOrDefault(a => a.Entry.ZoneUpgradeId == zone.Id && a.Entry.Code == "guard-released" && a.Entry.Args.GetValueOrDefault("guard") == guard)?.At;

    private static ReportCheck Check(ZoneCheckView check) => new(
        check.CheckId, check.State, check.AskedAt, check.AskedBy,
        [
            .. check.Unanswered is { } unanswered ? [Told.Of(unanswered)] : Array.Empty<Told>(),
            .. (check.Result?.Stages ?? []).Where(s => s.Problem is not null).Select(s => Told.Of(s.Problem!)),
            .. (check.Result?.Steps ?? []).Where(s => s.Verdict is not (Contracts.Checks.CheckVerdict.Well or Contracts.Checks.CheckVerdict.Skipped)).SelectMany(s => s.Findings).Select(Told.Of),
        ]);

    private static ReportWindow Window(ChangeWindow window) => new(
        window.Name, window.TimeZone.Id,
        string.Join(", ", window.Dates.Count > 0 ? window.Dates.Select(d => $"{d:uuuu-MM-dd}") : window.Days.Select(Day)),
        $"{window.From:HH:mm}", $"{window.To:HH:mm}", window.Phases);

    private static string Day(IsoDayOfWeek day) => day.ToString()[..3].ToLowerInvariant();
}
