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
        table.Add(Say.Of("zone"), new Cell(zone.Name, Styles.Strong));
        table.Add(Say.Of("kind"), ZoneCommands.Kind(zone));
        table.Add(Say.Of("firstbox"), Hop(zone.Firstbox));
        foreach (var hop in zone.Via)
            table.Add(Say.Of("via"), Hop(hop));
        table.Add(Say.Of("pool"), zone.Pool);
        if (zone.Global is { } global)
            table.Add(Say.Of("global zone"), global);
        if (zone.Become is { } become)
            table.Add(Say.Of("become"), become);
        if (zone.LegacyAlgorithms.Count > 0)
            table.Add(Say.Of("old algorithms"), string.Join(", ", zone.LegacyAlgorithms));
        if (zone.LegacyQemu)
            table.Add("QEMU", Say.Of("declared old (Q9)"));
        if (zone.DeadMan is { } limit)
            table.Add(Say.Of("dead-man's rule"), DurationText.Format(limit));
        if (zone.Labels.Count > 0)
            table.Add(Say.Of("labels"), string.Join(", ", zone.Labels.Select(l => $"{l.Key}={l.Value}")));
        foreach (var (component, policy) in zone.Components)
            table.Add(Say.Of("component"), $"{component}: {policy}");
        if (zone.TakenBy is { } person)
            table.Add(Say.Of("taken"), Say.Of($"by {person}, {Words.Time(zone.TakenAt, terminal.Now)}"));
        if (zone.Rollout is { } rollout)
            table.Add(Say.Of("rollout"), rollout.ToString());
        foreach (var (fact, value) in zone.Facts.Where(f => f.Value.Length <= 200).OrderBy(f => f.Key, StringComparer.Ordinal))
            table.Add(new Cell(fact, Styles.Quiet), value);
        table.Write(terminal);
        foreach (var guard in zone.Guards)
            terminal.Line(Say.Of($"In force: {guard.Name} on {Words.Plural(guard.Nodes.Count, "node", "nodes")}, {(guard.Since is { } since ? Say.Of($"for {Words.Duration(terminal.Now - since)}") : Say.Of("being set"))}, by {guard.RolloutName}{WatchText.Behind(guard.Watch, terminal.Now)}."));
        if (zone.Debts.Count > 0)
            DebtCommands.Print(terminal, zone.Debts);
    }

    private static string Hop(SshHop hop)
    {
        var pin = hop.HostKey ?? hop.KnownHosts ?? Say.Of("no pin: fleet zones trust");
        var login = hop.Identity ?? hop.Password ?? "?";
        return $"{hop.User}@{hop.Host}:{hop.Port}  {login}  {pin}";
    }
}
