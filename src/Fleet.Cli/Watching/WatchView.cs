using Fleet.Cli.Output;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Api.Rollouts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Fleet.Cli.Watching;

/// <summary>The picture of a rollout: a line of what it is, a line of counts, a row for each zone, the keys.</summary>
internal static class WatchView
{
    private const int HeadLines = 4;
    private const int FootLines = 3;

    public static IRenderable Of(WatchState state, DateTimeOffset now, int height, bool keys)
    {
        if (state.Rollout is not { } rollout)
            return new Text("…");
        var rows = new List<IRenderable> { Head(rollout, state, now), Counts(state, now), new Text("") };
        var zones = state.InOrder();
        var room = keys ? Math.Max(3, height - HeadLines - FootLines) : zones.Count;
        rows.Add(Zones(zones.Take(zones.Count > room ? room - 1 : room), state, rollout, now));
        if (zones.Count > room)
            rows.Add(new Text(Say.Of($"… {zones.Count - room + 1} more zones"), Styles.Quiet));
        if (state.Trouble is { } trouble)
            rows.Add(new Text(Harmless.Line(trouble), Styles.Bad));
        if (keys)
            rows.Add(new Text(Say.Of($"[d] decisions ({rollout.OpenDecisions})  [l] log of a zone  [p] {(rollout.State == Orchestration.Rollouts.RolloutState.Paused ? Say.Of("resume") : Say.Of("pause"))}  [q] leave (the rollout goes on)"), Styles.Quiet));
        return new Rows(rows);
    }

    private static IRenderable Head(RolloutDocument rollout, WatchState state, DateTimeOffset now)
    {
        var line = new Paragraph();
        line.Append(Say.Of("rollout ")).Append(Harmless.Line(rollout.Name), Styles.Strong).Append($"  {rollout.Package.Id}  ");
        if (rollout.Waves.Count > 1)
            line.Append(Say.Of($"wave {Math.Min(rollout.Waves.Count, rollout.Waves.Count(w => w.State is Orchestration.Rollouts.WaveState.Succeeded or Orchestration.Rollouts.WaveState.Failed) + 1)} of {rollout.Waves.Count}  "));
        line.Append(Bar(state.Done, 12), Styles.Busy).Append($" {state.Done * 100:0} %  ");
        line.Append(Words.Of(rollout.State), Styles.Of(rollout.State));
        line.Append(Say.Of($"  budget {rollout.Budget.Used} of {rollout.Budget.Allowed}"), rollout.Budget.Used > rollout.Budget.Allowed ? Styles.Bad : Style.Plain);
        if (rollout is { State: Orchestration.Rollouts.RolloutState.Scheduled, StartsAt: { } begins })
            line.Append(Say.Of($"  begins {Words.Moment(begins)}"), Styles.Busy);
        if (rollout.Reason is { } reason)
            line.Append($"  {Harmless.Line(reason.Text)}", Styles.NeedsYou);
        foreach (var wave in rollout.Waves.Where(w => w.State == Orchestration.Rollouts.WaveState.Baking || w is { Verdict: not null and not Orchestration.Rollouts.WaveVerdict.Succeeded, PassedBy: null }))
            line.Append($"  {BakingOf(wave, now)}", wave.Verdict is null ? Styles.Busy : Styles.NeedsYou);
        return line;
    }

    internal static string BakingOf(WaveDocument wave, DateTimeOffset now) => wave switch
    {
        { Verdict: { } verdict } => Say.Of($"wave {wave.Name}: {Words.Of(verdict)}{string.Concat(wave.Because.Take(2).Select(b => Say.Of("; ") + Harmless.Line(b.Text)))}"),
        { BakesUntil: { } until } when until > now => Say.Of($"wave {wave.Name} is looked at in {Words.Duration(until - now)}"),
        _ => Say.Of($"wave {wave.Name} is being looked at"),
    };

    private static IRenderable Counts(WatchState state, DateTimeOffset now)
    {
        var counts = state.Rollout!.Counts;
        var line = new Paragraph("  ");
        line.Append(Say.Of($"● {counts.Succeeded} done"), counts.Succeeded > 0 ? Styles.Good : Styles.Quiet).Append("   ");
        line.Append(Say.Of($"◐ {counts.Running} running"), counts.Running > 0 ? Styles.Busy : Styles.Quiet).Append("   ");
        line.Append(Say.Of($"◆ {counts.Held} need you"), counts.Held > 0 ? Styles.NeedsYou : Styles.Quiet).Append("   ");
        line.Append(Say.Of($"✕ {counts.Failed + counts.Unknown} failed"), counts.Failed + counts.Unknown > 0 ? Styles.Bad : Styles.Quiet).Append("   ");
        line.Append(Say.Of($"○ {counts.Waiting} waiting"), Styles.Quiet);
        if (counts.Skipped + counts.Aborted > 0)
            line.Append(Say.Of($"   – {counts.Skipped + counts.Aborted} left out"), Styles.Quiet);
        var guarded = state.Zones.Values.SelectMany(z => z.Guards.Where(g => g is { Released: false, Name: "rescue-disabled" }).Select(g => (Zone: z.Name, g.Since))).ToList();
        if (guarded.Count > 0)
        {
            var longest = guarded.Where(g => g.Since is not null).OrderBy(g => g.Since).FirstOrDefault();
            var how = longest.Since is { } since ? Say.Of($", longest {Words.Duration(now - since)} ({longest.Zone})") : "";
            line.Append(Say.Of($"        rescue off in {Words.Plural(guarded.Select(g => g.Zone).Distinct().Count(), "zone", "zones")}{how}"), Styles.NeedsYou);
        }

        return line;
    }

    private static Table Zones(IEnumerable<RolloutZoneDocument> zones, WatchState state, RolloutDocument rollout, DateTimeOffset now)
    {
        var table = new TextTable("", "zone", "", "phase", "step", Say.Of("since", "how long"), "took");
        foreach (var zone in zones)
        {
            var style = Styles.Of(zone.State);
            var ended = WatchState.IsEnd(zone.State);
            table.Add(
                new Cell(Styles.Sign(zone.State), style), zone.Name, new Cell(PhaseBar(zone, rollout.Phases), style),
                ended ? new Cell(Words.Of(zone.State), style) : zone.Phase ?? Words.Of(zone.State), StepOf(zone, state, now),
                zone.Since is { } since && !ended ? Words.Duration(now - since) : "", zone.StartedAt is { } started ? Words.Duration((zone.EndedAt ?? now) - started) : "");
        }

        return table.AsRenderable();
    }

    private static Cell StepOf(RolloutZoneDocument zone, WatchState state, DateTimeOffset now)
    {
        if (state.DecisionOf(zone.Name) is { } decision)
            return new Cell($"◆ {ScreenText.Cut(Harmless.Line(decision.Question), 70)}", Styles.NeedsYou);
        if (zone.Error is { } error)
            return new Cell(ScreenText.Cut(Harmless.Line(error), 70), WatchState.IsEnd(zone.State) ? Styles.Of(zone.State) : Style.Plain);
        if (zone.Closed is { } closed)
            return new Cell(ScreenText.Cut(Harmless.Line(closed.Text), 70), Styles.Quiet);
        if (zone.Standing is { } standing)
            return new Cell(Standing(zone, standing, now), Styles.Quiet);
        var step = zone.Step ?? "";
        if (zone.Attempt > 1)
            step += Say.Of($" (attempt {zone.Attempt})");
        if (WatchState.IsEnd(zone.State))
            return step;
        if (zone.Trouble is { } trouble)
            return new Cell(ScreenText.Cut(Harmless.Line(Say.Of($"{step}: {trouble}")), 110), Styles.NeedsYou);
        if (zone.Progress is not { What.Length: > 0 } progress)
            return step;
        var bar = progress is { Done: { } done, Total: > 0 and var total } ? $" {Bar(done / (double)total, 8)}" : "";
        return $"{step}{bar} {Words.Progress(Harmless.Line(progress.What), progress.Done, progress.Total)}";
    }

    private static string Standing(RolloutZoneDocument zone, string standing, DateTimeOffset now) => standing == "pausing"
        ? Say.Of($"{zone.Step ?? zone.Phase}: goes on to its next safe point, then stands")
        : Say.Of($"stands: {standing}{(zone.StandsSince is { } since ? Say.Of($" since {Words.Time(since, now)}") : "")}");

    /// <summary>One sign for each phase: done, now, to come.</summary>
    internal static string PhaseBar(RolloutZoneDocument zone, IReadOnlyList<string> phases) =>
        zone.State is ZoneState.Succeeded
            ? new string('▮', phases.Count)
            : string.Concat(phases.Select(p => zone.PhasesDone.Contains(p) ? '▮' : p == zone.Phase && zone.State is not ZoneState.Waiting ? '◧' : '▯'));

    internal static string Bar(double share, int width)
    {
        var full = (int)Math.Round(Math.Clamp(share, 0, 1) * width);
        return new string('▮', full) + new string('▯', width - full);
    }
}
