using Fleet.Cli.Output;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Loading;

namespace Fleet.Cli.Records;

/// <summary>A guard's dead-man's rule, in a few words.</summary>
internal static class WatchText
{
    public static string Of(GuardWatch? watch, DateTimeOffset now) => watch switch
    {
        null or { State: GuardWatchState.Disarmed } => "",
        { State: GuardWatchState.Released } => watch.OutcomeAt is { } at ? Say.Of($"the dead-man's rule released it, {Words.Moment(at)}") : Say.Of("the dead-man's rule released it"),
        { State: GuardWatchState.Absent } => Say.Of("its dead-man's rule is gone from the firstbox"),
        { State: GuardWatchState.Planned } => Say.Of($"dead-man {DurationText.Format(watch.Limit)}, not armed yet"),
        { State: GuardWatchState.Stopped } => Say.Of($"dead-man {DurationText.Format(watch.Limit)}, its loop is gone"),
        _ => Say.Of($"dead-man {DurationText.Format(watch.Limit)}, renewed {Words.Ago(now - watch.RenewedAt)}"),
    };

    public static string Behind(GuardWatch? watch, DateTimeOffset now) => Of(watch, now) is { Length: > 0 } text ? Say.Of($"; {text}") : "";
}
