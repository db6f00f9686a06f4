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
        { State: GuardWatchState.Released } => $"the dead-man's rule released it{(watch.OutcomeAt is { } at ? $", {Words.Moment(at)}" : "")}",
        { State: GuardWatchState.Absent } => "its dead-man's rule is gone from the firstbox",
        { State: GuardWatchState.Planned } => $"dead-man {DurationText.Format(watch.Limit)}, not armed yet",
        _ => $"dead-man {DurationText.Format(watch.Limit)}, {(watch.State == GuardWatchState.Stopped ? "its loop is gone" : $"renewed {Words.Ago(now - watch.RenewedAt)}")}",
    };

    public static string Behind(GuardWatch? watch, DateTimeOffset now) => Of(watch, now) is { Length: > 0 } text ? $"; {text}" : "";
}
