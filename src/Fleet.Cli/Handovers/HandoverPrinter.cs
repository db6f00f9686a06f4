using Fleet.Cli.Decisions;
using Fleet.Cli.Output;
using Fleet.Cli.Records;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Api.Handovers;
using Fleet.Server.Api.Rollouts;
using Spectre.Console;

namespace Fleet.Cli.Handovers;

/// <summary>The page, in the order in which it matters.</summary>
internal static class HandoverPrinter
{
    private const int MostDeadlines = 15;

    public static void Print(Terminal terminal, HandoverDocument handover)
    {
        var now = terminal.Now;
        terminal.Line($"Handover, {Words.Moment(handover.AsOf)}");
        Part(terminal, "What runs", handover.Rollouts.Select(Rollout), "Nothing.");
        Part(terminal, "What needs a person", DecisionCommands.Questions(handover.Decisions).Select(q =>
            $"{Words.Short(q.First.Id)}  {(q.First.Zone is null ? DecisionPrinter.Subject(q.First) : $"{q.Zones} · {q.First.Step}")}: {Harmless.Line(q.First.Question)}  ({Words.Ago(now - q.First.AskedAt)}, {q.First.RolloutName}{(q.First.ClaimedBy is { } by ? $", {by} has it" : "")})"), "Nothing.");
        Part(terminal, "What stands, or cannot go on", handover.Rollouts.SelectMany(r => r.Zones.Where(z => z.Standing is not null || z.Trouble is not null).Select(z => Standing(r, z))), "Nothing.");
        Part(terminal, "Guards in force", handover.Guards.Select(g =>
            $"{g.Zone}: {g.Name} on {Words.Plural(g.Nodes.Count, "node", "nodes")}, {(g.Since is { } since ? $"for {Words.Duration(now - since)}" : "being set")}{(g.Overdue ? ", ALARM" : "")}, {g.RolloutName}{(g.Releasing ? ", is being released" : g.KeptBy is { } by ? $", kept by {by}" : "")}{WatchText.Behind(g.Watch, now)}"), "None.");
        Part(terminal, "What stays to be done", handover.Debts.GroupBy(d => d.Zone).Select(z => $"{z.Key}: {string.Join("; ", z.Select(d => $"{Words.Of(d.Debt.Kind)} {Harmless.Line(d.Debt.What)}"))}"), "Nothing.");
        var next = handover.Deadlines.Where(d => d.At > now.AddMinutes(-1)).ToList();
        Part(terminal, next.Count > MostDeadlines ? $"What happens by itself, the next {MostDeadlines} of {next.Count}" : "What happens by itself", next.Take(MostDeadlines).Select(d =>
            $"{Words.Moment(d.At)}  {(d.Rollout is { Length: > 0 } rollout ? $"{rollout}: " : "")}{Zones(d.Zones)}{Harmless.Line(d.What.Text)}"), "Nothing.");
    }

    private static string Rollout(RolloutDocument rollout)
    {
        var counts = rollout.Counts;
        var wave = rollout.Waves.FirstOrDefault(w => w.State is not (Orchestration.Rollouts.WaveState.Succeeded or Orchestration.Rollouts.WaveState.Failed));
        return $"{rollout.Name}: {Words.Of(rollout.State)}, {rollout.Package.Id}, wave {wave?.Name ?? $"{rollout.Waves.Count}"}: {counts.Succeeded} done, {counts.Running} running, {counts.Held} held, {counts.Failed + counts.Unknown} failed, {counts.Waiting} waiting; budget {rollout.Budget.Used} of {rollout.Budget.Allowed}; started by {rollout.StartedBy}{(rollout.Reason is { } reason ? $". {Harmless.Line(reason.Text)}" : "")}";
    }

    private static string Standing(RolloutDocument rollout, RolloutZoneDocument zone)
    {
        var why = zone.Trouble is { } trouble ? Harmless.Line(trouble) : zone.Closed is { } closed ? Harmless.Line(closed.Text) : zone.PausedBy is { } by ? $"{zone.Standing} by {by}" : zone.Standing;
        return $"{zone.Name}: {why}{(zone.StandsSince is { } since ? $", since {Words.Moment(since)}" : "")}  ({rollout.Name}{(zone.State == ZoneState.Waiting ? ", not begun" : $", {zone.Phase}")})";
    }

    private static string Zones(IReadOnlyList<string> zones) => zones.Count switch
    {
        0 => "",
        <= 4 => $"{string.Join(", ", zones)}: ",
        _ => $"{string.Join(", ", zones.Take(3))} and {zones.Count - 3} more: ",
    };

    private static void Part(Terminal terminal, string title, IEnumerable<string> lines, string none)
    {
        terminal.Line();
        terminal.Screen.WriteLine(title, Styles.Strong);
        var any = false;
        foreach (var line in lines)
        {
            any = true;
            terminal.Line($"  {line}");
        }

        if (!any)
            terminal.Screen.WriteLine($"  {none}", Styles.Quiet);
    }
}
