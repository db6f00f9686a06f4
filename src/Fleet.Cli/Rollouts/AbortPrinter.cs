using Fleet.Cli.Output;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Rollouts;

/// <summary>What an abort would do, zone by zone; what has ended is only counted.</summary>
internal static class AbortPrinter
{
    public static void Print(Terminal terminal, AbortPreviewDocument preview)
    {
        var touched = preview.Zones.Where(z => z.Effect != AbortEffect.HasEnded).ToList();
        terminal.Line(preview.Now
            ? Say.Of($"An abort of {preview.Name}, now, would do this, as of {Words.Time(preview.AsOf, terminal.Now)}:")
            : Say.Of($"An abort of {preview.Name} would do this, as of {Words.Time(preview.AsOf, terminal.Now)}:"));
        if (touched.Count == 0)
            terminal.Line(Say.Of("  nothing: every zone has ended."));
        else
            Table(touched).Write(terminal);
        if (preview.Zones.Count > touched.Count)
            terminal.Line(Words.Plural(preview.Zones.Count - touched.Count, "zone has ended already and stays as they are.", "zones have ended already and stay as they are."));
        if (touched.Where(z => z.BetweenVersions).Select(z => z.Name).ToList() is { Count: > 0 } between)
            terminal.Line(Say.Of($"Between two versions afterwards: {string.Join(", ", between)}. Packages were upgraded there, or are being upgraded; an abort takes nothing back."));
    }

    private static TextTable Table(List<ZoneAbortDocument> zones)
    {
        var table = new TextTable("zone", "now", "at", "becomes", "how", "guards", "questions");
        foreach (var zone in zones)
        {
            table.Add(
                new Cell(zone.Name, Styles.Strong), Words.Of(zone.State), zone.Phase is null ? "" : zone.Step is null ? zone.Phase : $"{zone.Phase}/{zone.Step}", new Cell(Words.Of(zone.Becomes), Styles.Of(zone.Becomes)), How(zone.Effect),
                string.Join(Say.Of("; "), zone.Guards.Select(Text)), zone.Withdrawn == 0 ? "" : Say.Of($"{zone.Withdrawn} withdrawn"));
        }

        return table;
    }

    private static string Text(GuardAbortPreview guard) => Say.Of($"{guard.Name} on {Words.Plural(guard.Nodes.Count, "node", "nodes")}: {guard.Effect switch
    {
        GuardEffect.IsReleased => Say.Of("released by itself"),
        GuardEffect.IsAsked => Say.Of("stays until a person decides"),
        _ => Say.Of("stays"),
    }}");

    private static string How(AbortEffect effect) => effect switch
    {
        AbortEffect.NeverBegins => Say.Of("never begins"),
        AbortEffect.Ends => Say.Of("nothing runs; ends"),
        AbortEffect.StopsAtSafePoint => Say.Of("cancelled at its next safe point"),
        AbortEffect.IsKilled => Say.Of("killed in mid-work"),
        AbortEffect.IsLookedAfter => Say.Of("a worker looks after its script first"),
        _ => Say.Of("as it is"),
    };
}
