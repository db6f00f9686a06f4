using Fleet.Cli.Output;
using Fleet.Contracts.Checks;
using Fleet.Orchestration.Checks;
using Fleet.Server.Api;
using Fleet.Server.Api.Checks;
using Spectre.Console;

namespace Fleet.Cli.Checks;

/// <summary>What was found, one row for each finding: what needs somebody comes first.</summary>
internal static class CheckPrinter
{
    public static void Write(Terminal terminal, CheckDocument check)
    {
        var table = new TextTable("zone", "verdict", "look", "what was found");
        foreach (var zone in check.Zones.OrderByDescending(z => Weight(z.State)).ThenBy(z => z.Zone, StringComparer.Ordinal))
            Add(table, zone);
        table.Write(terminal);
        terminal.Line("");
        terminal.Line(Say.Of($"{string.Join(Say.Of(", "), check.Zones.GroupBy(z => z.State).OrderByDescending(g => Weight(g.Key)).Select(Counted))}. + was not there at the check before, − is there no longer."));
        if (check.Package is null)
            terminal.Line(Say.Of("Versions and room were held against no package; give one with --package."));
        if (!check.Done)
            terminal.Line(Say.Of($"Some are still being looked at: fleet check show {check.Id}"));
    }

    public static void WriteHistory(Terminal terminal, IReadOnlyList<ZoneCheckDocument> checks)
    {
        var table = new TextTable("asked", "by", "verdict", "what changed");
        foreach (var check in checks)
        {
            var news = check.Steps.SelectMany(s => s.Findings.Where(f => f.New).Select(f => $"+ {s.Name}: {f.Finding.Text}")).Concat(check.Gone.Select(g => $"− {g.Step}: {g.Finding.Text}")).ToList();
            table.Add(Words.Moment(check.AskedAt), check.AskedBy, new Cell(Told(check.State), StyleOf(check.State)), news.FirstOrDefault() ?? (check.ComparedWith is null ? "" : Say.Of("nothing")));
            foreach (var more in news.Skip(1))
                table.Add("", "", "", more);
        }

        table.Write(terminal);
    }

    private static void Add(TextTable table, ZoneCheckDocument zone)
    {
        var verdict = new Cell($"{Sign(zone.State)} {Told(zone.State)}", StyleOf(zone.State));
        var rows = Rows(zone).ToList();
        if (rows.Count == 0)
            rows.Add(("", zone.Unanswered?.Text ?? Versions(zone), Styles.Quiet));
        for (var i = 0; i < rows.Count; i++)
            table.Add(i == 0 ? zone.Zone : "", i == 0 ? verdict : new Cell(""), rows[i].Look, new Cell(rows[i].Text, rows[i].Style));
    }

    private static IEnumerable<(string Look, string Text, Style? Style)> Rows(ZoneCheckDocument zone)
    {
        foreach (var stage in zone.Stages.Where(s => s.Problem is not null))
            yield return (stage.Name, stage.Problem!.Text, Styles.Bad);
        foreach (var step in zone.Steps.Where(s => s.Verdict is not (CheckVerdict.Well or CheckVerdict.Skipped)).OrderByDescending(s => s.Verdict == CheckVerdict.Stops).ThenByDescending(s => s.Verdict == CheckVerdict.Asks))
        {
            foreach (var finding in step.Findings)
                yield return (step.Name, (finding.New ? "+ " : "") + Lined(finding.Finding), (step.Verdict is CheckVerdict.Remark or CheckVerdict.AlreadyThere) ? (Style?)null : Styles.NeedsYou);
        }

        foreach (var gone in zone.Gone)
            yield return (gone.Step, "− " + gone.Finding.Text, Styles.Quiet);
    }

    /// <summary>The sentence, and the first lines that show it.</summary>
    private static string Lined(Told finding) => finding.Lines.Count == 0 ? finding.Text : $"{finding.Text} ({string.Join("; ", finding.Lines.Take(3))}{(finding.Lines.Count > 3 ? Say.Of($"; {finding.Lines.Count - 3} more") : "")})";

    private static string Versions(ZoneCheckDocument zone) =>
        zone.Facts.TryGetValue("versions.installer", out var installer) ? Say.Of($"installer {installer}, qingcloud {zone.Facts.GetValueOrDefault("versions.qingcloud", Say.Of("unknown"))}") : "";

    private static int Weight(CheckState state) => state switch
    {
        CheckState.Unreachable => 7,
        CheckState.Stops => 6,
        CheckState.Asks => 5,
        CheckState.Unanswered => 4,
        CheckState.Asked => 3,
        CheckState.Remarks => 2,
        CheckState.AlreadyThere => 1,
        _ => 0,
    };

    private static string Told(CheckState state) => state switch
    {
        CheckState.Asked => Say.Of("being looked at"),
        CheckState.Remarks => Say.Of("with remarks"),
        CheckState.Asks => Say.Of("would ask"),
        CheckState.Stops => Say.Of("would fail"),
        CheckState.AlreadyThere => Say.Of("already there"),
        CheckState.Well => Say.Of("well"),
        CheckState.Unreachable => Say.Of("unreachable"),
        CheckState.Unanswered => Say.Of("unanswered"),
        _ => Words.Of(state),
    };

    private static string Counted(IGrouping<CheckState, ZoneCheckDocument> zones) => Say.Of($"{zones.Count()} {Told(zones.Key)}", "a count");

    private static string Sign(CheckState state) => state switch
    {
        CheckState.Well or CheckState.Remarks => "●",
        CheckState.Asks => "◆",
        CheckState.Stops or CheckState.Unreachable => "✕",
        CheckState.Asked => "◐",
        _ => "–",
    };

    private static Style StyleOf(CheckState state) => state switch
    {
        CheckState.Well or CheckState.Remarks => Styles.Good,
        CheckState.Asks => Styles.NeedsYou,
        CheckState.Stops or CheckState.Unreachable => Styles.Bad,
        CheckState.Asked => Styles.Busy,
        _ => Styles.Quiet,
    };
}
