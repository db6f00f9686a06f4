using Fleet.Cli.Output;
using Fleet.Cli.Watching;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Api.Decisions;
using Fleet.Server.Api.Records;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Rollouts;

internal static class RolloutPrinter
{
    /// <summary>Of what did not go as it should; the audit has all.</summary>
    public const int MostIncidents = 12;

    public static void Print(Terminal terminal, RolloutDocument rollout, IReadOnlyList<DecisionDocument> decisions, IReadOnlyList<AuditDocument> incidents)
    {
        var state = WatchState.Nothing with { Rollout = rollout, Zones = rollout.Zones.ToDictionary(z => z.Name), Decisions = decisions };
        terminal.Screen.Write(WatchView.Of(state, terminal.Now, int.MaxValue, keys: false));
        terminal.Line();
        terminal.Line(Say.Of($"id {rollout.Id}  runbook {rollout.Runbook.Name} {rollout.Runbook.Digest[..Math.Min(12, rollout.Runbook.Digest.Length)]}  started {Words.Time(rollout.StartedAt, terminal.Now)} by {rollout.StartedBy}"));
        if (rollout.TraceId is { } trace)
            terminal.Line(Say.Of($"trace {trace}"));
        foreach (var line in RolloutApproval.Waits(rollout))
            terminal.Line(line);
        foreach (var zone in rollout.Zones.Where(z => z.Trouble is not null && !WatchState.IsEnd(z.State)))
            terminal.Line(Say.Of($"  {zone.Name}: {zone.Phase}/{zone.Step}: {Harmless.Line(zone.Trouble!)}"));
        if (rollout.OpenDecisions > 0)
            terminal.Line(Say.Of($"{Words.Plural(rollout.OpenDecisions, "decision is", "decisions are")} open: fleet decisions list --rollout {rollout.Name}"));
        foreach (var given in rollout.AnswersInAdvance)
            terminal.Line(Say.Of($"Answered in advance by {given.By}: {given.Choice} to {Words.Of(given.Kind)} {given.Fingerprint}{(given.Comment is { } why ? Say.Of($" ({Harmless.Line(why)})") : "")}. Take it back: fleet decisions take-back {rollout.Name} {given.Fingerprint}"));
        foreach (var still in RolloutPauses.Still(rollout))
            terminal.Line(still);
        Debts(terminal, rollout);
        foreach (var line in IncidentLines(rollout.Name, incidents, terminal.Now))
            terminal.Line(line);
    }

    public static IEnumerable<string> IncidentLines(string rollout, IReadOnlyList<AuditDocument> incidents, DateTimeOffset now) =>
        incidents.Count == 0 ? [] :
        [
            incidents.Count > MostIncidents ? Say.Of($"What did not go as it should, the last {MostIncidents} (all: fleet audit --rollout {rollout} --incidents):") : Say.Of("What did not go as it should:"),
            .. incidents.TakeLast(MostIncidents).Select(i => $"  {Words.Time(i.At, now)}  {i.Zone}  {Harmless.Line(i.Text)}"),
        ];

    /// <summary>What it came to.</summary>
    public static void Summary(Terminal terminal, RolloutDocument rollout)
    {
        var counts = rollout.Counts;
        var parts = new List<string>();
        void Part(int count, string told)
        {
            if (count > 0)
                parts.Add(told);
        }

        Part(counts.Succeeded, Say.Of($"{counts.Succeeded} succeeded"));
        Part(counts.Failed, Say.Of($"{counts.Failed} failed"));
        Part(counts.Unknown, Say.Of($"{counts.Unknown} unknown"));
        Part(counts.Aborted, Say.Of($"{counts.Aborted} aborted"));
        Part(counts.Skipped, Say.Of($"{counts.Skipped} skipped"));
        Part(counts.Held, Say.Of($"{counts.Held} held"));
        Part(counts.Running, Say.Of($"{counts.Running} running"));
        Part(counts.Waiting, Say.Of($"{counts.Waiting} waiting"));
        var took = (rollout.EndedAt ?? terminal.Now) - rollout.StartedAt;
        terminal.Line(Say.Of($"{rollout.Name} {Words.Of(rollout.State)}: {Words.Plural(rollout.Zones.Count, "zone", "zones")}: {string.Join(Say.Of(", "), parts)}.  {Words.Duration(took)}"));
        if (rollout.Reason is { } reason)
            terminal.Line(reason.Text);
        foreach (var zone in rollout.Zones.Where(z => z.Error is not null && WatchState.IsEnd(z.State)))
            terminal.Line(Say.Of($"  {zone.Name}: {Words.Of(zone.State)}{(zone.Phase is null ? "" : Say.Of($" in {zone.Phase}{(zone.Step is null ? "" : $"/{zone.Step}")}"))}: {Harmless.Line(zone.Error!)}"));
        if (rollout.OpenDecisions > 0)
            terminal.Line(Say.Of($"{Words.Plural(rollout.OpenDecisions, "decision is", "decisions are")} open: fleet decisions list --rollout {rollout.Name}"));
        if (rollout.Zones.Any(z => z.Standing == "until"))
            terminal.Line(Say.Of($"Zones stand behind {rollout.Until}. Go on: fleet rollout resume {rollout.Name}"));
        Debts(terminal, rollout);
    }

    private static void Debts(Terminal terminal, RolloutDocument rollout)
    {
        foreach (var zone in rollout.Zones.Where(z => z.State is not ZoneState.Waiting))
        {
            foreach (var debt in zone.Debts)
                terminal.Line(Say.Of($"  open in {zone.Name}: {Words.Of(debt.Kind)} {Harmless.Line(debt.What)}{(debt.Reason.Length > 0 ? Say.Of($" ({Harmless.Line(debt.Reason)})") : "")}"));
            foreach (var skipped in zone.Skipped)
                terminal.Line(Say.Of($"  not upgraded in {zone.Name}: {skipped.Component} (by {skipped.By})"));
            foreach (var guard in zone.Guards.Where(g => !g.Released && WatchState.IsEnd(zone.State)))
                terminal.Line(Say.Of($"  still in force in {zone.Name}: {guard.Name} on {Words.Plural(guard.Nodes.Count, "node", "nodes")}"));
        }
    }
}
