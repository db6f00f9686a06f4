using Fleet.Contracts.Guards;
using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.Guards;

/// <summary>What is known of a guard's dead-man's rule, and when it is to hear of Fleet. Pure.</summary>
internal static class WatchRules
{
    private static readonly TimeSpan MostRare = TimeSpan.FromMinutes(10);

    /// <summary>How often it is renewed. Eleven in a row may be lost before it acts.</summary>
    public static TimeSpan Every(TimeSpan limit) => limit / 12 < MostRare ? limit / 12 : MostRare;

    /// <summary>How soon a renewal that nobody told of is asked for again.</summary>
    public static TimeSpan Again(TimeSpan limit) => Every(limit) / 5;

    /// <summary>While its guard is in force. One that is only planned may have been armed by a worker that could not tell.</summary>
    public static bool IsRenewed(GuardWatch watch) => watch.State is GuardWatchState.Planned or GuardWatchState.Armed or GuardWatchState.Stopped;

    /// <summary>A worker's report has what the worker knew; renewals went on beside it. A clock that is ahead says nothing of the time to come.</summary>
    public static GuardWatch? Merge(GuardWatch? known, GuardWatch? told, DateTimeOffset now)
    {
        if (told is null)
            return known;
        var renewedAt = Earlier(told.RenewedAt, now);
        return told with { RenewedAt = known?.Id == told.Id && Earlier(known.RenewedAt, now) > renewedAt ? Earlier(known.RenewedAt, now) : renewedAt };
    }

    /// <summary>What a renewal has told. One that was asked for before the last known one is late, and says nothing new.</summary>
    public static GuardWatch Take(GuardWatch watch, WatchRenewed told, DateTimeOffset now)
    {
        if (told.WatchId != watch.Id || told.AskedAt < Earlier(watch.RenewedAt, now))
            return watch;
        return watch with
        {
            // A worker may be about to arm what the firstbox does not know yet.
            State = watch.State == GuardWatchState.Planned && told.State == GuardWatchState.Absent ? GuardWatchState.Planned : told.State,
            RenewedAt = Earlier(told.AskedAt, now),
            Outcome = told.Outcome,
            OutcomeAt = told.OutcomeAt,
            Why = told.Why,
        };
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
