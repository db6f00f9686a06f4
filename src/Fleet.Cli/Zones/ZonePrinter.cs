using Fleet.Cli.Output;
using Fleet.Cli.Records;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Loading;
using Fleet.Server.Api.Zones;

namespace Fleet.Cli.Zones;

internal static class ZonePrinter
{
    public static void Print(Terminal terminal, ZoneDocument zone)
    {
        var table = new TextTable("", "");
        table.Add("zone", new Cell(zone.Name, Styles.Strong));
        table.Add("kind", ZoneCommands.Kind(zone));
        table.Add("firstbox", Hop(zone.Firstbox));
        foreach (var hop in zone.Via)
            table.Add("via", Hop(hop));
        table.Add("pool", zone.Pool);
        if (zone.Global is { } global)
            table.Add("global zone", global);
        if (zone.Become is { } become)
            table.Add("become", become);
        if (zone.LegacyAlgorithms.Count > 0)
            table.Add("old algorithms", string.Join(", ", zone.LegacyAlgorithms));
        if (zone.LegacyQemu)
            table.Add("QEMU", "declared old (Q9)");
        if (zone.DeadMan is { } limit)
            table.Add("dead-man's rule", DurationText.Format(limit));
        if (zone.Labels.Count > 0)
            table.Add("labels", string.Join(", ", zone.Labels.Select(l => $"{l.Key}={l.Value}")));
        foreach (var (component, policy) in zone.Components)
            table.Add("component", $"{component}: {policy}");
        if (zone.TakenBy is { } person)
            table.Add("taken", $"by {person}, {Words.Time(zone.TakenAt, terminal.Now)}");
        if (zone.Rollout is { } rollout)
            table.Add("rollout", rollout.ToString());
        foreach (var (fact, value) in zone.Facts.Where(f => f.Value.Length <= 200).OrderBy(f => f.Key, StringComparer.Ordinal))
            table.Add(new Cell(fact, Styles.Quiet), value);
        table.Write(terminal);
        foreach (var guard in zone.Guards)
            terminal.Line($"In force: {guard.Name} on {Words.Plural(guard.Nodes.Count, "node", "nodes")}, {(guard.Since is { } since ? $"for {Words.Duration(terminal.Now - since)}" : "being set")}, by {guard.RolloutName}{WatchText.Behind(guard.Watch, terminal.Now)}.");
        if (zone.Debts.Count > 0)
            DebtCommands.Print(terminal, zone.Debts);
    }

    private static string Hop(SshHop hop)
    {
        var pin = hop.HostKey ?? hop.KnownHosts ?? "no pin: fleet zones trust";
        var login = hop.Identity ?? hop.Password ?? "?";
        return $"{hop.User}@{hop.Host}:{hop.Port}  {login}  {pin}";
    }
}
