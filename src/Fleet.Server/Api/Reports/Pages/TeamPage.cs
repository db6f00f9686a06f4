using System.Text.Json;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Server.Api.Reports.Pages;

/// <summary>The report for the team that ran the rollout. Pure.</summary>
internal static class TeamPage
{
    public static Page Of(ReportDocument report, ReportWords words) => new(
        words.Say("report-title", ("rollout", report.Name)),
        words.Tag,
        [
            .. Head(report, words),
            .. TeamAttention.Of(report, words),
            .. Times(report, words),
            .. Record(report, words),
            .. report.Zones.SelectMany(z => TeamZone.Of(z, words)),
        ]);

    private static IEnumerable<Block> Head(ReportDocument report, ReportWords words)
    {
        var counts = report.Counts;
        var total = counts.Waiting + counts.Running + counts.Held + counts.Succeeded + counts.Failed + counts.Skipped + counts.Aborted + counts.Unknown;
        (string Word, int Count)[] told =
        [
            ("succeeded", counts.Succeeded), ("failed", counts.Failed), ("unknown", counts.Unknown), ("skipped", counts.Skipped), ("aborted", counts.Aborted), ("held", counts.Held), ("running", counts.Running),
            ("waiting", counts.Waiting),
        ];
        yield return new Heading(1, words.Say("report-title", ("rollout", report.Name)));
        if (report.Running)
            yield return new Paragraph(words.Say("report-as-of", ("at", words.Moment(report.AsOf)), ("zone", report.TimeZone), ("state", words.Word(report.State))), Strong: true);
        yield return new Paragraph(words.Say(
            "report-summary", ("zones", $"{total}"), ("counts", words.List(told.Where(c => c.Count > 0).Select(c => $"{c.Count} {words.Word(c.Word)}"))),
            ("took", ReportWords.Duration(report.Seconds)), ("waiting", ReportWords.Duration(report.WaitingSeconds))), Strong: true);
        if (report.Phases.Where(p => p.P50Seconds is not null).MaxBy(p => p.P50Seconds) is { } slowest)
        {
            yield return new Paragraph(words.Say("report-slowest", ("phase", words.Phase(slowest.Name, slowest.Title)), ("p50", ReportWords.Duration(slowest.P50Seconds)), ("p90", ReportWords.Duration(slowest.P90Seconds)))
                + (slowest.EarlierP50Seconds is null ? "" : $" {words.Say("report-slowest-before", ("p50", ReportWords.Duration(slowest.EarlierP50Seconds)), ("p90", ReportWords.Duration(slowest.EarlierP90Seconds)))}"));
        }

        if (report.Reason is { } reason)
            yield return new Paragraph(reason.Text);
        yield return new Pairs(
        [
            (words.Say("report-state"), words.Word(report.State)),
            (words.Say("report-package"), $"{report.Package.FileName} ({report.Package.Digest[..Math.Min(12, report.Package.Digest.Length)]})"),
            (words.Say("report-runbook"), $"{report.Runbook.Name} ({report.Runbook.Digest[..Math.Min(12, report.Runbook.Digest.Length)]})"),
            (words.Say("report-strategy"), report.Strategy ?? words.Say("report-none-given")),
            (words.Say("report-plan"), report.Plan ?? words.Say("report-none-given")),
            (words.Say("report-started"), words.Say("report-started-by", ("at", words.Moment(report.StartedAt)), ("by", report.StartedBy))),
            (words.Say("report-ended"), words.Moment(report.EndedAt)),
            (words.Say("report-budget"), words.Say("report-budget-used", ("used", $"{report.Budget.Used}"), ("allowed", $"{report.Budget.Allowed}"))),
            (words.Say("report-parallel"), $"{report.MaxParallel}"),
            (words.Say("report-zone-time"), words.Say("report-zone-time-split", ("working", ReportWords.Duration(report.ZoneWorkingSeconds)), ("waiting", ReportWords.Duration(report.ZoneWaitingSeconds)))),
            (words.Say("report-time-zone"), report.TimeZone),
            (words.Say("report-trace"), report.TraceId ?? words.Unknown),
        ]);
    }

    private static IEnumerable<Block> Times(ReportDocument report, ReportWords words)
    {
        var phases = report.Phases.Select(p => p.Name).ToList();
        var titles = report.Phases.Select(p => words.Phase(p.Name, p.Title)).ToList();
        var end = report.EndedAt ?? report.AsOf;
        yield return new Heading(2, words.Say("report-timeline"));
        yield return new Picture(new Drawing(
            words.Say("report-timeline"), words.Say("report-timeline-text", ("zones", $"{report.Zones.Count}"), ("from", words.Moment(report.StartedAt)), ("to", words.Moment(end)), ("zone", report.TimeZone)),
            report.StartedAt, end, report.Running ? report.AsOf : null, words.Zone, titles, words.Say("report-waiting-for-people"),
            [.. report.Zones.Select(z => ReportWords.Drawn(z.Name, $"{words.Word(z.State)}, {ReportWords.Duration(z.Seconds)}", Kebab(z.State), z.StartedAt, z.EndedAt ?? end, phases, z.Phases.Select(p => (p.Name, p.Working)), z.Waiting))]));
        yield return new Grid(
            words.Say("report-zones-caption"),
            [words.Say("report-zone"), words.Say("report-state"), words.Say("report-wave"), words.Say("report-started"), words.Say("report-ended"), words.Say("report-took"), words.Say("report-working"), words.Say("report-waiting-for-people"), words.Say("report-stood")],
            [.. report.Zones.Select(z => new[]
            {
                z.Name, $"{ReportWords.Mark(Kebab(z.State))} {words.Word(z.State)}", z.Wave, words.Moment(z.StartedAt), words.Moment(z.EndedAt), ReportWords.Duration(z.Seconds), ReportWords.Duration(z.WorkingSeconds),
                ReportWords.Duration(z.WaitingSeconds), ReportWords.Duration(z.StandingSeconds),
            })]);
        yield return new Heading(2, words.Say("report-phases"));
        yield return new Paragraph(report.Earlier is { } earlier ? words.Say("report-earlier", ("rollout", earlier.Name), ("day", words.Moment(earlier.StartedAt)[..10]), ("zones", $"{earlier.Zones}")) : words.Say("report-no-earlier"));
        yield return new Grid(
            words.Say("report-phases-caption"),
            [words.Say("report-phase"), words.Say("report-zones-through"), "p50", "p90", words.Say("report-before-p50"), words.Say("report-before-p90")],
            [.. report.Phases.Select(p => new[]
            {
                words.Phase(p.Name, p.Title), $"{p.Zones}", ReportWords.Duration(p.P50Seconds), ReportWords.Duration(p.P90Seconds), ReportWords.Duration(p.EarlierP50Seconds), ReportWords.Duration(p.EarlierP90Seconds),
            })]);
    }

    private static IEnumerable<Block> Record(ReportDocument report, ReportWords words)
    {
        if (report.Waves.Count > 1 || report.Waves.Any(w => w.Verdict is not null))
        {
            yield return new Heading(2, words.Say("report-waves"));
            yield return new Grid(
                words.Say("report-waves-caption"),
                [words.Say("report-wave"), words.Say("report-state"), words.Say("report-zones"), words.Say("report-verdict"), words.Say("report-passed-by")],
                [.. report.Waves.Select(w => new[]
                {
                    w.Name ?? $"{w.Index + 1}", words.Word(w.State), string.Join(", ", w.Zones), w.Verdict is { } verdict ? string.Join(" ", w.Because.Select(b => b.Text).Prepend(words.Word(verdict))) : "–", w.PassedBy ?? "–",
                })]);
        }

        if (report.Decisions.Count > 0)
        {
            yield return new Heading(2, words.Say("report-rollout-decisions"));
            yield return TeamZone.Decisions(report.Decisions, words);
        }

        yield return new Heading(2, words.Say("report-incidents"));
        yield return Audit(report.Incidents, words, "report-incidents-caption", "report-no-incidents");
        yield return new Heading(2, words.Say("report-acts"));
        yield return Audit(report.Acts, words, "report-acts-caption", "report-no-acts");
    }

    private static Block Audit(IReadOnlyList<Records.AuditDocument> entries, ReportWords words, string caption, string none) => entries.Count == 0 ? new Paragraph(words.Say(none)) : new Grid(
        words.Say(caption), [words.Say("report-when"), words.Say("report-who"), words.Say("report-zone"), words.Say("report-what")],
        [.. entries.Select(e => new[] { words.Moment(e.At), e.Actor, e.Zone ?? "–", e.Args.GetValueOrDefault("comment") is { Length: > 0 } comment && !e.Text.Contains(comment, StringComparison.Ordinal) ? $"{e.Text} “{comment}”" : e.Text })]);

    private static string Kebab(ZoneState state) => JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString());
}
