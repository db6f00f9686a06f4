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
        terminal.Line(Say.Of($"Handover, {Words.Moment(handover.AsOf)}"));
        Part(terminal, Say.Of("What runs"), handover.Rollouts.Select(Rollout), Say.Of("Nothing."));
        Part(terminal, Say.Of("What needs a person"), DecisionCommands.Questions(handover.Decisions).Select(q =>
            Say.Of($"{Words.Short(q.First.Id)}  {(q.First.Zone is null ? DecisionPrinter.Subject(q.First) : $"{q.Zones} · {q.First.Step}")}: {Harmless.Line(q.First.Question)}  ({Words.Ago(now - q.First.AskedAt)}, {q.First.RolloutName}{(q.First.ClaimedBy is { } by ? Say.Of($", {by} has it") : "")})")), Say.Of("Nothing."));
        Part(terminal, Say.Of("What stands, or cannot go on"), handover.Rollouts.SelectMany(r => r.Zones.Where(z => z.Standing is not null || z.Trouble is not null).Select(z => Standing(r, z))), Say.Of("Nothing."));
        Part(terminal, Say.Of("Guards in force"), handover.Guards.Select(g =>
            Say.Of($"{g.Zone}: {g.Name} on {Words.Plural(g.Nodes.Count, "node", "nodes")}, {(g.Since is { } since ? Say.Of($"for {Words.Duration(now - since)}") : Say.Of("being set"))}{(g.Overdue ? Say.Of(", ALARM") : "")}, {g.RolloutName}{(g.Releasing ? Say.Of(", is being released") : g.KeptBy is { } by ? Say.Of($", kept by {by}") : "")}{WatchText.Behind(g.Watch, now)}")), Say.Of("None."));
        Part(terminal, Say.Of("What stays to be done"), handover.Debts.GroupBy(d => d.Zone).Select(z => Say.Of($"{z.Key}: {string.Join(Say.Of("; "), z.Select(d => $"{Words.Of(d.Debt.Kind)} {Harmless.Line(d.Debt.What)}"))}")), Say.Of("Nothing."));
        var next = handover.Deadlines.Where(d => d.At > now.AddMinutes(-1)).ToList();
        Part(terminal, next.Count > MostDeadlines ? Say.Of($"What happens by itself, the next {MostDeadlines} of {next.Count}") : Say.Of("What happens by itself"), next.Take(MostDeadlines).Select(d =>
            $"{Words.Moment(d.At)}  {(d.Rollout is { Length: > 0 } rollout ? Say.Of($"{rollout}: ") : "")}{Zones(d.Zones)}{Harmless.Line(d.What.Text)}"), Say.Of("Nothing."));
    }

    private static string Rollout(RolloutDocument rollout)
    {
        var counts = rollout.Counts;
        var wave = rollout.Waves.FirstOrDefault(w => w.State is not (Orchestration.Rollouts.WaveState.Succeeded or Orchestration.Rollouts.WaveState.Failed));
        return Say.Of($"{rollout.Name}: {Words.Of(rollout.State)}, {rollout.Package.Id}, wave {wave?.Name ?? $"{rollout.Waves.Count}"}: {counts.Succeeded} done, {counts.Running} running, {counts.Held} held, {counts.Failed + counts.Unknown} failed, {counts.Waiting} waiting; budget {rollout.Budget.Used} of {rollout.Budget.Allowed}; started by {rollout.StartedBy}{(rollout.Reason is { } reason ? Say.Of($". {Harmless.Line(reason.Text)}") : "")}");
    }

    private static string Standing(RolloutDocument rollout, RolloutZoneDocument zone)
    {
        var why = zone.Trouble is { } trouble ? Harmless.Line(trouble) : zone.Closed is { } closed ? Harmless.Line(closed.Text) : zone.PausedBy is { } by ? Say.Of($"{zone.Standing} by {by}") : zone.Standing;
        return Say.Of($"{zone.Name}: {why}{(zone.StandsSince is { } since ? Say.Of($", since {Words.Moment(since)}") : "")}  ({rollout.Name}{(zone.State == ZoneState.Waiting ? Say.Of(", not begun") : Say.Of($", {zone.Phase}"))})");
    }

    private static string Zones(IReadOnlyList<string> zones) => zones.Count switch
    {
        0 => "",
        <= 4 => Say.Of($"{string.Join(", ", zones)}: "),
        _ => Say.Of($"{string.Join(", ", zones.Take(3))} and {zones.Count - 3} more: "),
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
