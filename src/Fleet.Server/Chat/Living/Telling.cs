using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Texts;
using Fleet.Server.Api.Decisions;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Server.Chat.Living;

/// <summary>
/// What is said of a rollout, from what was said last to how it is now. Between the two may lie seconds or an outage: what has come and gone meanwhile is not said, only what is.
/// </summary>
internal sealed class Telling(ChatChannel channel, string prompt)
{
    private const int MostZones = 6;

    /// <param name="before">Null: nothing was said of it here.</param>
    /// <returns>In the order in which it is said.</returns>
    public IReadOnlyList<ChatMessage> Between(RolloutTold? before, RolloutTold after, DateTimeOffset now)
    {
        if (before is null)
            return [.. Begun(after, now), .. Asked(new HashSet<string>(), after)];
        if (Ended(after.Rollout) && !Ended(before.Rollout))
            return [.. Answered(before, after), Summary(after.Rollout, now)];
        return
        [
            .. Answered(before, after),
            .. before.Rollout.State != after.Rollout.State ? Stands(after.Rollout, now) : [],
            .. Waves(before.Rollout, after.Rollout),
            .. Zones(before.Rollout, after.Rollout, now),
            .. Asked(before.Open.Select(RolloutTold.Key).ToHashSet(), after),
            .. Due(before, after, now).DistinctBy(RolloutTold.Key).Select(d => Reminder(d, now)),
            .. IsProgress(before, after, now) ? [Line(Sentences.Mood(after.Rollout), Sentences.Of(after.Rollout, now))] : Array.Empty<ChatMessage>(),
        ];
    }

    /// <summary>After it was said: what the next time is held against.</summary>
    public RolloutTold Said(RolloutTold? before, RolloutTold after, DateTimeOffset now) => after with
    {
        ProgressAt = before is null || IsProgress(before, after, now) || before.Rollout.State != after.Rollout.State ? now : before.ProgressAt,
        Reminded = before is null ? after.Reminded : before.Reminded.Union(Due(before, after, now).Select(RolloutTold.Key)).Intersect(after.Open.Select(RolloutTold.Key)).ToHashSet(),
    };

    public static bool Ended(RolloutDocument rollout) => rollout.State is RolloutState.Succeeded or RolloutState.Failed or RolloutState.Aborted;

    private IEnumerable<ChatMessage> Begun(RolloutTold told, DateTimeOffset now) => Ended(told.Rollout) ? [Summary(told.Rollout, now)] : Stands(told.Rollout, now);

    private IEnumerable<ChatMessage> Stands(RolloutDocument rollout, DateTimeOffset now) =>
    [
        new ChatMessage
        {
            Title = Say(Sentences.Of(rollout, now)),
            Mood = Sentences.Mood(rollout),
            Lines = [.. rollout.Reason is { } reason ? new[] { reason.Text } : [], .. Sentences.Waiting(rollout) is { } waiting ? [Say(waiting)] : Array.Empty<string>()],
        },
    ];

    private IEnumerable<ChatMessage> Waves(RolloutDocument before, RolloutDocument after) =>
        from wave in after.Waves
        where wave.State is WaveState.Succeeded or WaveState.Failed && before.Waves.FirstOrDefault(w => w.Index == wave.Index)?.State != wave.State
        select new ChatMessage
        {
            Title = $"{after.Name}: {Say(Sentences.OfWave(wave, after))}",
            Mood = wave.State == WaveState.Succeeded ? ChatMood.Good : ChatMood.Bad,
            Lines = [.. wave.Because.Select(b => b.Text)],
        };

    private IEnumerable<ChatMessage> Zones(RolloutDocument before, RolloutDocument after, DateTimeOffset now)
    {
        var was = before.Zones.ToDictionary(z => z.Name, z => z.State, StringComparer.Ordinal);
        var ended = after.Zones.Where(z => was.GetValueOrDefault(z.Name) != z.State && IsTold(z.State)).ToList();
        foreach (var zone in ended.Take(MostZones))
            yield return ZoneEnded(after, zone, now);
        if (ended.Count > MostZones)
            yield return Line(Sentences.Mood(after), Sentences.Of(after, now));
    }

    public ChatMessage ZoneEnded(RolloutDocument rollout, RolloutZoneDocument zone, DateTimeOffset now) => new()
    {
        Title = Say(Finding.Of("chat-zone-ended", ("rollout", rollout.Name), ("zone", zone.Name), ("state", Sentences.Word(zone.State)), ("time", DurationText.Format((zone.EndedAt ?? now) - (zone.StartedAt ?? now))))),
        Mood = zone.State == ZoneState.Succeeded ? ChatMood.Good : ChatMood.Bad,
        Lines = zone.Error is { } error ? [error] : [],
    };

    /// <summary>What went wrong is told in any case.</summary>
    public bool IsTold(ZoneState state) => state is ZoneState.Failed or ZoneState.Unknown || (channel.EachZone && state is ZoneState.Succeeded or ZoneState.Aborted);

    private IEnumerable<ChatMessage> Asked(IReadOnlySet<string> known, RolloutTold after) =>
        from alike in after.Open.GroupBy(RolloutTold.Key)
        where !known.Contains(alike.Key)
        select Question([.. alike]);

    private ChatMessage Question(IReadOnlyList<DecisionDocument> alike) => new()
    {
        Title = $"{alike[0].RolloutName}: {Say(Questions.Line(alike))}",
        Mood = ChatMood.Asks,
        Output = Questions.Context(alike[0]),
        Lines = [.. Questions.Remembered(alike[0]).Select(Say), Say(Questions.HowToAnswer(alike[0], prompt))],
    };

    /// <summary>Alike answers are one line.</summary>
    private IEnumerable<ChatMessage> Answered(RolloutTold before, RolloutTold after)
    {
        var open = before.Open.Select(d => d.Id).ToHashSet();
        var gone = after.Decisions.Where(d => d.State != DecisionState.Open && open.Contains(d.Id)).ToList();
        foreach (var alike in gone.GroupBy(d => (d.State, d.Answer, d.AnsweredBy)))
            yield return Line(alike.Key.State == DecisionState.Answered ? ChatMood.Good : ChatMood.Plain, Answer([.. alike]));
    }

    /// <summary>What became of questions that ended the same way.</summary>
    public static Finding Answer(IReadOnlyList<DecisionDocument> alike) => alike[0] is { State: DecisionState.Answered, Answer: { } choice, AnsweredBy: { } by }
        ? Finding.Of("chat-decision-answered", ("subject", Questions.Subjects(alike)), ("choice", choice), ("by", by))
        : Finding.Of("chat-decision-gone", ("subject", Questions.Subjects(alike)), ("state", Sentences.Word(alike[0].State)));

    public ChatMessage Reminder(DecisionDocument decision, DateTimeOffset now) => new()
    {
        Title = Say(Finding.Of("chat-decision-reminder", ("time", DurationText.Format(now - decision.AskedAt)), ("id", Questions.Short(decision)), ("subject", Questions.Subject(decision)), ("question", decision.Question))),
        Mood = ChatMood.Asks,
        Mentions = channel.OnCall,
    };

    /// <summary>Once for each question; whoever has taken it on needs no reminder.</summary>
    public IEnumerable<DecisionDocument> Due(RolloutTold before, RolloutTold after, DateTimeOffset now) =>
        after.Open.Where(d => d.ClaimedBy is null && now - d.AskedAt >= channel.RemindAfter && !before.Reminded.Contains(RolloutTold.Key(d)));

    private bool IsProgress(RolloutTold before, RolloutTold after, DateTimeOffset now) =>
        now - before.ProgressAt >= channel.ProgressEvery && before.Rollout.State == after.Rollout.State && !Ended(after.Rollout) && before.Rollout.Counts != after.Rollout.Counts;

    public ChatMessage Summary(RolloutDocument rollout, DateTimeOffset now) => new()
    {
        Title = Say(Sentences.Of(rollout, now)),
        Mood = Sentences.Mood(rollout),
        Lines = [.. rollout.Reason is { } reason ? new[] { reason.Text } : [], .. Sentences.Summary(rollout).Select(Say), .. Sentences.Attention(rollout).Take(MostZones).Select(Say)],
    };

    private ChatMessage Line(ChatMood mood, Finding finding) => new() { Title = Say(finding), Mood = mood };

    private string Say(Finding finding) => Text.Render(finding, channel.Language);
}
