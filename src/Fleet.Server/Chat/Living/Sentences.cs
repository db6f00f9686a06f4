using System.Text.Json;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Loading;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Server.Chat.Living;

/// <summary>How a rollout stands, as sentences.</summary>
internal static class Sentences
{
    private const int MostNamed = 6;

    /// <summary>As the program and the API write it.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    public static string Named(IReadOnlyList<string> names) => names.Count <= MostNamed ? string.Join(", ", names) : $"{string.Join(", ", names.Take(MostNamed))} … (+{names.Count - MostNamed})";

    public static ChatMood Mood(RolloutDocument rollout) => rollout.State switch
    {
        RolloutState.Succeeded => ChatMood.Good,
        RolloutState.Failed or RolloutState.Aborted => ChatMood.Bad,
        RolloutState.WaitingApproval => ChatMood.Asks,
        _ when rollout.OpenDecisions > 0 => ChatMood.Asks,
        RolloutState.Running => ChatMood.Running,
        _ => ChatMood.Plain,
    };

    /// <summary>One line: where it is, and how many zones are how.</summary>
    public static Finding Of(RolloutDocument rollout, DateTimeOffset now)
    {
        var counts = rollout.Counts;
        return Finding.Of(
            "chat-rollout",
            ("rollout", rollout.Name),
            ("state", Word(rollout.State)),
            ("package", rollout.Package.Id),
            ("done", $"{counts.Succeeded}"),
            ("running", $"{counts.Running}"),
            ("held", $"{counts.Held}"),
            ("failed", $"{counts.Failed + counts.Unknown}"),
            ("waiting", $"{counts.Waiting}"),
            ("left", $"{counts.Skipped + counts.Aborted}"),
            ("time", DurationText.Format((rollout.EndedAt ?? now) - rollout.StartedAt)));
    }

    public static Finding OfWave(WaveDocument wave, RolloutDocument rollout)
    {
        var zones = rollout.Zones.Where(z => wave.Zones.Contains(z.Name)).ToList();
        return Finding.Of("chat-wave", ("wave", Name(wave)), ("state", wave.PausedBy is null ? Word(wave.State) : Word(RolloutState.Paused)), ("done", $"{zones.Count(z => z.State == ZoneState.Succeeded)}"), ("count", $"{zones.Count}"));
    }

    public static string Name(WaveDocument wave) => wave.Name ?? $"{wave.Index + 1}";

    /// <summary>Zones that somebody should look at.</summary>
    public static IEnumerable<Finding> Attention(RolloutDocument rollout) => rollout.Zones
        .Where(z => z.State is ZoneState.Held or ZoneState.Failed or ZoneState.Unknown || z.Trouble is not null)
        .Select(z => Finding.Of("chat-zone", ("zone", z.Name), ("state", Word(z.State)), ("step", z.Step ?? z.Phase ?? "–"), ("why", z.Error ?? z.Trouble ?? "")));

    /// <returns>Null: it waits for nobody's approval.</returns>
    public static Finding? Waiting(RolloutDocument rollout) => rollout is { State: RolloutState.WaitingApproval, Plan: { } plan, Approval: { } approval }
        ? Finding.Of("chat-waits-for-approval", ("rollout", rollout.Name), ("plan", plan[..12]), ("given", $"{approval.Given.Count}"), ("required", $"{approval.Required}"))
        : null;

    /// <summary>What it came to, once it has ended.</summary>
    public static IEnumerable<Finding> Summary(RolloutDocument rollout)
    {
        foreach (var wave in rollout.Waves)
        {
            var zones = rollout.Zones.Where(z => wave.Zones.Contains(z.Name) && z.StartedAt is not null).ToList();
            if (zones.Count > 0)
                yield return Finding.Of("chat-summary-wave", ("wave", Name(wave)), ("count", $"{zones.Count}"), ("time", DurationText.Format(zones.Max(z => z.EndedAt ?? z.StartedAt!.Value) - zones.Min(z => z.StartedAt!.Value))));
        }

        if (rollout.Zones.Where(z => z is { StartedAt: not null, EndedAt: not null }).MaxBy(z => z.EndedAt - z.StartedAt) is { } slowest)
            yield return Finding.Of("chat-summary-slowest", ("zone", slowest.Name), ("time", DurationText.Format(slowest.EndedAt!.Value - slowest.StartedAt!.Value)));
        var (debts, guards) = (rollout.Zones.Sum(z => z.Debts.Count), rollout.Zones.Sum(z => z.Guards.Count(g => !g.Released)));
        if (debts + guards > 0)
            yield return Finding.Of("chat-summary-left", ("debts", $"{debts}"), ("guards", $"{guards}"));
    }
}
