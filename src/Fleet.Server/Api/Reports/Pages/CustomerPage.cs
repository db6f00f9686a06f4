using System.Text.Json;

namespace Fleet.Server.Api.Reports.Pages;

/// <summary>The report for the customer of one zone, to be signed. Pure.</summary>
internal static class CustomerPage
{
    public static Page Of(CustomerReportDocument report, ReportWords words)
    {
        var title = words.Say("report-customer-title", ("zone", report.Zone));
        return new Page(title, words.Tag, [.. Head(report, title, words), .. Stood(report, words), .. Done(report, words), .. Kept(report, words), .. Sign(words)]);
    }

    private static IEnumerable<Block> Head(CustomerReportDocument report, string title, ReportWords words)
    {
        yield return new Heading(1, title);
        if (report.Running)
            yield return new Paragraph(words.Say("report-as-of", ("at", words.Moment(report.AsOf)), ("zone", report.TimeZone), ("state", words.Word(report.State))), Strong: true);
        yield return new Paragraph(words.Say("report-customer-result", ("state", words.Word(report.State)), ("target", words.Versions(report.Target))), Strong: true);
        yield return new Pairs(
        [
            (words.Say("report-started"), words.Moment(report.StartedAt)),
            (words.Say("report-ended"), words.Moment(report.EndedAt)),
            (words.Say("report-took"), words.Say("report-customer-took", ("took", ReportWords.Duration(report.Seconds)), ("waiting", ReportWords.Duration(report.WaitingSeconds)))),
            (words.Say("report-windows"), report.Windows.Count == 0 ? words.Say("report-no-window") : string.Join("; ", report.Windows.Select(w => words.Window(new ReportWindow("", w.TimeZone, w.Days, w.From, w.To, []))))),
            (words.Say("report-time-zone"), report.TimeZone),
        ]);
    }

    private static IEnumerable<Block> Stood(CustomerReportDocument report, ReportWords words)
    {
        yield return new Heading(2, words.Say("report-before-and-after"));
        yield return new Grid(
            words.Say("report-before-and-after-caption"), ["", words.Say("report-before"), words.Say("report-after")],
            [
                [words.Say("report-versions-row"), words.Versions(report.VersionsBefore), $"{words.Versions(report.VersionsAfter)} – {words.Say(report.AtTarget ? "report-proven" : "report-unproven")}"],
                [
                    words.Say("report-health-row"),
                    report is { ItemsBefore: { } items, BadBefore: { } bad } ? bad == 0 ? words.Say("report-all-well", ("items", $"{items}")) : words.Say("report-some-bad-count", ("items", $"{items}"), ("bad", $"{bad}")) : words.Unknown,
                    report.HealthyAfter switch { true => words.Say("report-nothing-worse"), false => words.Say("report-worse"), null => words.Unknown },
                ],
            ]);
    }

    private static IEnumerable<Block> Done(CustomerReportDocument report, ReportWords words)
    {
        yield return new Heading(2, words.Say("report-done"));
        if (report.StartedAt is { } start && report.Phases.Count > 0)
        {
            var end = report.EndedAt ?? report.AsOf;
            var phases = report.Phases.Select(p => p.Name).ToList();
            yield return new Picture(new Drawing(
                words.Say("report-timeline"), words.Say("report-timeline-text", ("zones", "1"), ("from", words.Moment(start)), ("to", words.Moment(end)), ("zone", report.TimeZone)),
                start, end, report.Running ? report.AsOf : null, words.Zone, [.. report.Phases.Select(p => words.Phase(p.Name, p.Title))], words.Say("report-waiting-for-people"),
                [ReportWords.Drawn(report.Zone, words.Word(report.State), JsonNamingPolicy.KebabCaseLower.ConvertName(report.State.ToString()), start, end, phases, report.Phases.Select(p => (p.Name, p.Working)), report.Waiting)]));
        }

        yield return new Grid(
            words.Say("report-done-caption"), [words.Say("report-phase"), words.Say("report-started"), words.Say("report-ended"), words.Say("report-outcome")],
            [.. report.Phases.Select(p => new[] { words.Phase(p.Name, p.Title), words.Moment(p.StartedAt), words.Moment(p.EndedAt), words.Say(p.Done ? "report-phase-done" : "report-phase-not-done") })]);
        if (report.Decisions.Count > 0)
        {
            yield return new Heading(2, words.Say("report-decisions"));
            yield return new Grid(
                words.Say("report-customer-decisions-caption"), [words.Say("report-when"), words.Say("report-about"), words.Say("report-phase"), words.Say("report-answer"), words.Say("report-who")],
                [.. report.Decisions.Select(d => new[] { words.Moment(d.AskedAt), words.Word(d.Kind), words.Phase(d.Phase, d.Phase), d.Answer is { } answer ? words.Word(answer) : words.Say("report-no-answer"), d.By is null ? "–" : words.Say("report-operator") })]);
        }
    }

    private static IEnumerable<Block> Kept(CustomerReportDocument report, ReportWords words)
    {
        yield return new Heading(2, words.Say("report-backups"));
        yield return report.Backups.Count == 0 ? new Paragraph(words.Say("report-no-backups")) : new Grid(
            words.Say("report-backups-caption"), [words.Say("report-path"), words.Say("report-place"), words.Say("report-state"), words.Say("report-looked-at")],
            [.. report.Backups.Select(b => new[] { b.Path ?? words.Say("report-withheld"), words.Word(b.Place), words.Word(b.State), words.Moment(b.At) })]);
        yield return new Heading(2, words.Say("report-open-items"));
        yield return report.OpenItems.Count == 0 ? new Paragraph(words.Say("report-no-open-items")) : new Grid(
            words.Say("report-open-items-caption"), [words.Say("report-kind"), words.Say("report-what"), words.Say("report-since")],
            [.. report.OpenItems.Select(i => new[] { words.Word(i.Kind), i.What is { } what ? words.Word(what) : words.Say("report-withheld"), words.Moment(i.Since) })]);
    }

    private static IEnumerable<Block> Sign(ReportWords words)
    {
        yield return new Heading(2, words.Say("report-sign"));
        yield return new Signatures([words.Say("report-sign-operator"), words.Say("report-sign-customer")], [words.Say("report-sign-name"), words.Say("report-sign-date"), words.Say("report-sign-signature")]);
    }
}
