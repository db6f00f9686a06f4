using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Reports;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Server.Api.Reports.Pages;

/// <summary>What somebody has to look at, before everything else; what is the same of many zones is one line. Pure.</summary>
internal static class TeamAttention
{
    /// <summary>What is worst comes first.</summary>
    private static readonly Func<ReportZone, ReportWords, IEnumerable<string>>[] Kinds =
    [
        (zone, words) => zone.State is ZoneState.Failed or ZoneState.Unknown or ZoneState.Aborted ? [words.Say("report-zone-bad", ("state", words.Word(zone.State)), ("why", zone.Error?.Text ?? words.Unknown))] : [],
        (zone, words) => zone.Decisions.Where(d => d.State == DecisionState.Open).Select(d => words.Say("report-open-decision", ("question", d.Question.Text))),
        (zone, words) => zone.Guards.Where(g => !g.Released)
            .Select(g => words.Say("report-guard-in-force", ("guard", words.Word(g.Name)), ("nodes", string.Join(", ", g.Nodes)), ("since", words.Moment(g.Since)), ("by", g.KeptBy ?? "–"))),
        (zone, words) => zone.Backups.Where(b => b.State != BackupState.Verified && b.At is not null).Select(b => words.Say("report-backup-bad", ("path", b.Path), ("state", words.Word(b.State)))),
        (zone, words) => zone is { State: ZoneState.Succeeded, AtTarget: false } ? [words.Say("report-not-proven")] : [],
        (zone, words) => zone.Steps.Where(s => s.SettledAs is not null).Select(s => words.Say("report-step-settled", ("step", s.Step), ("how", words.Outcome(s)))),
        (zone, words) => zone.Debts.Where(d => d.SettledAt is null).Select(d => words.Say("report-debt-open", ("kind", words.Word(d.Kind)), ("what", d.What))),
        (zone, words) => zone.Steps.Where(s => s.Cut > 0).Select(s => words.Say("report-step-cut", ("step", s.Step), ("bytes", $"{s.Cut}"))),
    ];

    public static IEnumerable<Block> Of(ReportDocument report, ReportWords words)
    {
        var waves = report.Decisions.Where(d => d.State == DecisionState.Open).Select(d => (Zone: d.Wave ?? "–", What: words.Say("report-open-decision", ("question", d.Question.Text))));
        List<string> items =
        [
            .. waves.Concat(Kinds.SelectMany(kind => report.Zones.SelectMany(z => kind(z, words).Select(what => (Zone: z.Name, What: what)))))
                .GroupBy(i => i.What).Select(g => words.Say("report-at-zones", ("zones", words.List(g.Select(i => i.Zone).Distinct())), ("what", g.Key))),
        ];
        yield return new Heading(2, words.Say("report-attention"));
        yield return items.Count == 0 ? new Paragraph(words.Say("report-nothing-open")) : new Bullets(items);
    }
}
