namespace Fleet.Orchestration.ZoneUpgrades;

/// <summary>How long a zone may be at work before it counts as a failure. Time ends nothing: what runs goes on, and one that succeeds in the end has not failed.</summary>
internal static partial class ZoneUpgradeRules
{
    /// <summary>When its time is over, as it is now; null: it stands, is on its way to its end, or was started before this was kept.</summary>
    public static DateTimeOffset? TimeOverAt(ZoneUpgrade row, TimeSpan limit) =>
        row is { State: ZoneState.Running or ZoneState.Held, Ending: null, Errand: null, StandsSince: null, ClockFrom: { } from } ? from + limit + row.Stood : null;

    private static void KeepTime(Draft draft)
    {
        if (draft.Row.LateSince is not null || draft.Context.TimeLimit is not { } limit || TimeOverAt(draft.Row, limit) is not { } over || draft.Now < over)
            return;
        draft.Row = draft.Row with { LateSince = over };
        draft.Audit(Actors.Coordinator, "zone-time-over", ("limit", Runbooks.Loading.DurationText.Format(limit)), ("phase", draft.Row.Phase), ("step", draft.Row.Step));
        draft.CountAsFailure(true);
    }
}
