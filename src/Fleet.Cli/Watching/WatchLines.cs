using Fleet.Cli.Decisions;
using Fleet.Cli.Output;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Api.Decisions;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Watching;

/// <summary>Where there is no terminal: one line for each change.</summary>
internal static class WatchLines
{
    public static IEnumerable<string> Between(WatchState before, WatchState after, DateTimeOffset now)
    {
        var time = now.ToLocalTime().ToString("HH:mm:ss");
        if (after.Trouble is { } trouble && before.Trouble != trouble)
            yield return $"{time}  {trouble}";
        if (after.Rollout is { } rollout && (before.Rollout is null || before.Rollout.State != rollout.State || before.Rollout.Reason != rollout.Reason))
        {
            if (before.Rollout is null || before.Rollout.State != rollout.State || before.Rollout.Reason?.Text != rollout.Reason?.Text)
                yield return Say.Of($"{time}  rollout {rollout.Name}  {Words.Of(rollout.State)}{(rollout.Reason is { } reason ? Say.Of($": {reason.Text}") : "")}");
        }

        foreach (var zone in after.InOrder())
        {
            var known = before.Zones.GetValueOrDefault(zone.Name);
            if (known is null ? zone.State != ZoneState.Waiting : !Same(known, zone))
                yield return $"{time}  {zone.Name}  {Of(zone)}";
        }

        foreach (var decision in after.Decisions.Where(d => before.Decisions.All(b => b.Id != d.Id)))
            yield return $"{time}  {decision.Zone ?? DecisionPrinter.Part(decision)}  ◆ {Harmless.Line(decision.Question)}  ({Answer(decision)})";
    }

    public static string Answer(DecisionDocument decision) => $"fleet decisions answer {Words.Short(decision.Id)} {string.Join('|', decision.Choices)}";

    private static bool Same(RolloutZoneDocument a, RolloutZoneDocument b) =>
        a.State == b.State && a.Phase == b.Phase && a.Step == b.Step && a.Attempt == b.Attempt && a.Standing == b.Standing && a.Error == b.Error && a.Trouble == b.Trouble;

    private static string Of(RolloutZoneDocument zone)
    {
        var where = zone.Phase is null ? "" : zone.Step is null ? $"  {zone.Phase}" : $"  {zone.Phase}/{zone.Step}";
        var attempt = zone.Attempt > 1 ? Say.Of($" attempt {zone.Attempt}") : "";
        var standing = zone.Standing is null ? "" : Say.Of($"  stands: {zone.Standing}");
        return $"{Words.Of(zone.State)}{where}{attempt}{standing}{((zone.Error ?? zone.Trouble) is { } wrong ? $"  {Harmless.Line(wrong)}" : "")}";
    }
}
