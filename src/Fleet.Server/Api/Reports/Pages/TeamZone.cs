using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;

namespace Fleet.Server.Api.Reports.Pages;

/// <summary>One zone's pages in the team's report. Pure.</summary>
internal static class TeamZone
{
    /// <summary>The last lines say why; all of them are in the transcript.</summary>
    private const int MostLines = 12;

    public static IEnumerable<Block> Of(ReportZone zone, ReportWords words)
    {
        yield return new NewPage();
        yield return new Heading(2, words.Say("report-zone-title", ("zone", zone.Name), ("state", words.Word(zone.State))));
        if (zone.Error is { } error)
            yield return new Paragraph(error.Text, Strong: true);
        yield return new Pairs(
        [
            (words.Say("report-wave"), zone.Wave),
            (words.Say("report-started"), words.Moment(zone.StartedAt)),
            (words.Say("report-ended"), words.Moment(zone.EndedAt)),
            (words.Say("report-took"), words.Say("report-took-split", ("took", ReportWords.Duration(zone.Seconds)), ("working", ReportWords.Duration(zone.WorkingSeconds)), ("waiting", ReportWords.Duration(zone.WaitingSeconds)), ("stood", ReportWords.Duration(zone.StandingSeconds)))),
            (words.Say("report-versions-before"), words.Versions(zone.VersionsBefore)),
            (words.Say("report-versions-after"), $"{words.Versions(zone.VersionsAfter)} – {words.Say(zone.AtTarget ? "report-proven" : "report-unproven")}"),
            (words.Say("report-health-before"), HealthBefore(zone, words)),
            (words.Say("report-health-after"), HealthAfter(zone, words)),
            (words.Say("report-windows"), zone.Windows.Count == 0 ? words.Say("report-no-window") : string.Join("; ", zone.Windows.Select(words.Window))),
            .. zone.Waiver is { } waiver ? [(words.Say("report-waiver"), $"{waiver.By}: {waiver.Because}")] : Array.Empty<(string, string)>(),
            .. zone.Skipped.Count > 0 ? [(words.Say("report-skipped"), string.Join("; ", zone.Skipped.Select(s => $"{s.Component} ({s.By})")))] : Array.Empty<(string, string)>(),
            .. zone.AnsweredByPolicy.Count > 0 ? [(words.Say("report-by-policy"), string.Join(", ", zone.AnsweredByPolicy.Select(p => $"{p.Value} × {p.Key}")))] : Array.Empty<(string, string)>(),
            (words.Say("report-trace"), zone.TraceId ?? words.Unknown),
        ]);
        foreach (var block in Ran(zone, words).Concat(Kept(zone, words)))
            yield return block;
    }

    public static Grid Decisions(IReadOnlyList<ReportedDecision> decisions, ReportWords words) => new(
        words.Say("report-decisions-caption"),
        [words.Say("report-when"), words.Say("report-question"), words.Say("report-waited"), words.Say("report-answer"), words.Say("report-who"), words.Say("report-comment")],
        [.. decisions.Select(d => new[]
        {
            words.Moment(d.AskedAt), $"{About(d, words)}: {d.Question.Text}", d.WaitingSeconds is { } waited ? ReportWords.Duration(waited) : words.Unknown,
            d.State == DecisionState.Answered ? string.Join("; ", d.Items.Select(i => $"{i.Key}: {i.Value}").Prepend(d.Answer ?? words.Unknown)) : words.Word(d.State),
            d.InAdvance ? words.Say("report-in-advance", ("by", d.AnsweredBy ?? words.Unknown)) : d.AnsweredBy ?? "–", d.Comment ?? "–",
        })]);

    /// <summary>The kind, and the wave or the step; a decision about the whole rollout has neither.</summary>
    private static string About(ReportedDecision decision, ReportWords words) =>
        (decision.Wave ?? decision.Step) is { Length: > 0 } subject ? $"{words.Word(decision.Kind)} · {subject}" : words.Word(decision.Kind);

    private static IEnumerable<Block> Ran(ReportZone zone, ReportWords words)
    {
        if (zone.Steps.Count == 0)
        {
            yield return new Paragraph(words.Say("report-nothing-ran"));
            yield break;
        }

        yield return new Heading(3, words.Say("report-ran"));
        yield return new Grid(
            words.Say("report-ran-caption"),
            [words.Say("report-step"), words.Say("report-phase"), words.Say("report-attempt"), words.Say("report-started"), words.Say("report-took"), words.Say("report-outcome"), words.Say("report-exit")],
            [.. zone.Steps.Select(s => new[] { s.Step, words.Word(s.Phase), $"{s.Attempt}", words.Moment(s.StartedAt), ReportWords.Duration(s.Seconds), words.Outcome(s), s.ExitCode is { } exit ? $"{exit}" : "–" })]);
        var found = zone.Steps.Where(s => s.Findings.Count > 0).ToList();
        if (found.Count > 0)
        {
            yield return new Heading(3, words.Say("report-findings"));
            yield return new Bullets([.. found.SelectMany(s => s.Findings.Select(f => $"{s.Step} ({s.Attempt}): {f.Text}"))]);
            foreach (var step in found.Where(s => s.Outcome is not StepOutcome.Succeeded and not StepOutcome.Skipped && s.Findings.Any(f => f.Lines.Count > 0)))
            {
                yield return new Paragraph(words.Say("report-lines", ("step", step.Step), ("attempt", $"{step.Attempt}")));
                yield return new Printed([.. step.Findings.SelectMany(f => f.Lines).TakeLast(MostLines)]);
            }
        }

        if (zone.Decisions.Count > 0)
        {
            yield return new Heading(3, words.Say("report-decisions"));
            yield return Decisions(zone.Decisions, words);
        }
    }

    private static IEnumerable<Block> Kept(ReportZone zone, ReportWords words)
    {
        if (zone.Backups.Count > 0)
        {
            yield return new Heading(3, words.Say("report-backups"));
            yield return new Grid(
                words.Say("report-backups-caption"), [words.Say("report-path"), words.Say("report-place"), words.Say("report-state"), words.Say("report-looked-at"), words.Say("report-digest"), words.Say("report-remark")],
                [.. zone.Backups.Select(b => new[] { b.Path, words.Word(b.Place), words.Word(b.State), words.Moment(b.At), ReportWords.Digest(b.Digest, b.DigestOf), b.Problem?.Text ?? "–" })]);
        }

        if (zone.Guards.Count > 0)
        {
            yield return new Heading(3, words.Say("report-guards"));
            yield return new Grid(
                words.Say("report-guards-caption"), [words.Say("report-guard"), words.Say("report-nodes"), words.Say("report-since"), words.Say("report-released"), words.Say("report-remark")],
                [.. zone.Guards.Select(g => new[]
                {
                    words.Word(g.Name), string.Join(", ", g.Nodes), words.Moment(g.Since), g.Released ? g.ReleasedAt is { } at ? words.Moment(at) : words.Unknown : words.Say("report-in-force"),
                    g.KeptBy is { } by && !g.Released ? words.Say("report-kept-by", ("by", by)) : g.HadBefore.Count > 0 ? words.Say("report-had-before", ("nodes", string.Join(", ", g.HadBefore))) : "–",
                })]);
        }

        if (zone.Debts.Count > 0)
        {
            yield return new Heading(3, words.Say("report-debts"));
            yield return new Grid(
                words.Say("report-debts-caption"), [words.Say("report-what"), words.Say("report-kind"), words.Say("report-why"), words.Say("report-who"), words.Say("report-settled")],
                [.. zone.Debts.Select(d => new[] { d.What, words.Word(d.Kind), d.Reason, d.By ?? "–", d.SettledAt is { } at ? $"{words.Moment(at)} {d.SettledBy} {d.Comment}" : words.Word("open") })]);
        }

        yield return new Heading(3, words.Say("report-check"));
        yield return new Paragraph(zone.Check is { } check
            ? words.Say("report-check-told", ("state", words.Word(check.State)), ("at", words.Moment(check.AskedAt)), ("by", check.AskedBy))
            : words.Say("report-no-check"));
        if (zone.Check is { Findings.Count: > 0 } told)
            yield return new Bullets([.. told.Findings.Select(f => f.Text)]);
        if (zone.Incidents.Count > 0)
        {
            yield return new Heading(3, words.Say("report-incidents"));
            yield return new Bullets([.. zone.Incidents.Select(i => $"{words.Moment(i.At)} {i.Text}")]);
        }
    }

    private static string HealthBefore(ReportZone zone, ReportWords words) => zone.HealthBefore switch
    {
        null => words.Unknown,
        { Bad.Count: 0 } health => words.Say("report-all-well", ("items", $"{health.Items}")),
        { } health => words.Say("report-some-bad", ("items", $"{health.Items}"), ("bad", $"{health.Bad.Count}"), ("which", string.Join(", ", health.Bad.Take(10)))),
    };

    private static string HealthAfter(ReportZone zone, ReportWords words) => zone.HealthAfter switch
    {
        null or { Well: null } => words.Unknown,
        { Well: true } health => string.Join(" ", health.Findings.Select(f => f.Text).Prepend(words.Say("report-nothing-worse"))),
        { } health => string.Join(" ", health.Findings.Select(f => f.Text)),
    };
}
