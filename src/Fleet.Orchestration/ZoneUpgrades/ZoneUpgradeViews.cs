using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Calendars;
using Fleet.Orchestration.Rollouts;

namespace Fleet.Orchestration.ZoneUpgrades;

/// <summary>A row as people see it.</summary>
internal static class ZoneUpgradeViews
{
    /// <param name="taken">A person has the zone.</param>
    /// <param name="debts">Those that nobody has settled.</param>
    public static ZoneUpgradeView Of(ZoneUpgrade row, Rollout rollout, bool taken, ZoneStanding standing, IReadOnlyList<Debt> debts, bool history)
    {
        return new ZoneUpgradeView
        {
            Id = row.Id,
            RolloutId = row.RolloutId,
            Name = row.Zone,
            State = row.State,
            Standing = StandingOf(row, rollout, taken, standing.Blocked, standing.Closed, rollout.Find(row.Zone) is not { } zone || RolloutRules.Fits(rollout, zone, standing)),
            StandsSince = row.StandsSince,
            LateSince = row.IsEnded ? null : row.LateSince,
            Closed = row.Closed ?? standing.Closed,
            Wave = rollout.Find(row.Zone)?.Wave ?? 0,
            PausedBy = rollout.Find(row.Zone)?.PausedBy,
            Phase = row.Phase,
            Step = row.Step,
            Attempt = row.Attempt,
            Since = row.Since,
            Progress = row.Progress,
            Epoch = row.Epoch,
            WorkerId = row.Work == Work.Accepted ? row.WorkerId : null,
            StartedAt = row.StartedAt,
            EndedAt = row.Errand?.EndedAt ?? row.EndedAt,
            Guards = [.. row.GuardsInForce],
            Skipped = row.Skipped,
            Debts = debts,
            OpenDecisions = [.. row.Decisions.Where(d => d.AwaitsPerson).Select(d => d.Id)],
            Error = row.Error,
            TraceId = TraceIdOf(row.TraceParent),
            PhasesDone = row.PhasesDone,
            Steps = history ? row.Steps : [],
            Facts = history ? row.Facts : new Dictionary<string, string>(),
        };
    }

    private static string? StandingOf(ZoneUpgrade row, Rollout rollout, bool taken, bool blocked, Finding? closed, bool fits) => row switch
    {
        { IsEnded: true } => null,
        _ when taken => "taken",
        { State: ZoneState.Waiting, ReachedUntil: { } until } when until == rollout.Until => "until",
        { State: ZoneState.Waiting } when rollout.Find(row.Zone) is { } member && RolloutRules.IsPaused(rollout, member) => "paused",
        { State: ZoneState.Waiting } when blocked => "blocked",
        { Closed.Code: CalendarRules.TooShortCode, Work: Work.None } => CalendarRules.TooShortCode,
        { Closed: not null, Work: Work.None } => "window",
        { State: ZoneState.Waiting } when closed?.Code == CalendarRules.TooShortCode => CalendarRules.TooShortCode,
        { State: ZoneState.Waiting } when closed is not null => "window",
        { State: ZoneState.Waiting } when !fits => CalendarRules.TooShortCode,
        { State: ZoneState.Running, Stance: Stance.Pause } => row.StandsSince is null ? "pausing" : "paused",
        { Work: Work.Wanted } => "no-worker",
        _ => null,
    };

    public static string? TraceIdOf(string? traceParent) => traceParent?.Split('-') is [_, { Length: 32 } trace, ..] ? trace : null;
}
