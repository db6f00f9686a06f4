using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Loading;
using Fleet.Server.Api.Decisions;
using Fleet.Server.Api.Records;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Chat.Calls;
using Fleet.Server.Chat.Living;

namespace Fleet.Server.Chat.Commands;

/// <summary>What is, and what is asked.</summary>
internal static class Looking
{
    private const int MostEnded = 3;

    public static IReadOnlyList<ChatVerb> Verbs { get; } =
    [
        new("status", "[ROLLOUT]", "chat-about-status", StatusAsync) { Words = (0, 1), Unlinked = Unlinked.Looks, Examples = ["status", "status nov-window"] },
        new("watch", "ROLLOUT", "chat-about-watch", WatchAsync) { Words = (1, 1), Examples = ["watch nov-window"] },
        new("guards", "", "chat-about-guards", GuardsAsync) { Unlinked = Unlinked.Looks, Examples = ["guards"] },
    ];

    private static async Task<ChatMessage> StatusAsync(ChatTalk talk, ChatArguments given, CancellationToken cancellationToken) => given.Word(0) is { } id
        ? await ShowAsync(talk, id, cancellationToken)
        : await ListAsync(talk, cancellationToken);

    private static async Task<ChatMessage> ListAsync(ChatTalk talk, CancellationToken cancellationToken)
    {
        var answer = await talk.CallAsync(ApiCall.Of("ListRollouts"), cancellationToken);
        if (!answer.Ok)
            return talk.Refused(answer);
        var all = answer.Read<List<RolloutDocument>>();
        List<RolloutDocument> told = [.. all.Where(r => r.EndedAt is null), .. all.Where(r => r.EndedAt is not null).Take(MostEnded)];
        return told.Count == 0
            ? talk.Plain(Finding.Of("chat-no-rollouts"))
            : talk.Plain(Finding.Of("chat-rollouts", ("count", $"{all.Count(r => r.EndedAt is null)}")), [.. told.Take(ChatTalk.MostLines).Select(r => talk.Say(Sentences.Of(r, talk.Now)))]);
    }

    private static async Task<ChatMessage> ShowAsync(ChatTalk talk, string id, CancellationToken cancellationToken)
    {
        var answer = await talk.CallAsync(ApiCall.Of("ShowRollout", ("id", id)), cancellationToken);
        return answer.Ok ? Shown(talk, answer.Read<RolloutDocument>()) : talk.Refused(answer);
    }

    private static ChatMessage Shown(ChatTalk talk, RolloutDocument rollout) => new()
    {
        Title = talk.Say(Sentences.Of(rollout, talk.Now)),
        Mood = Sentences.Mood(rollout),
        Lines =
        [
            .. rollout.Reason is { } reason ? new[] { reason.Text } : [],
            .. Sentences.Waiting(rollout) is { } waiting ? [talk.Say(waiting)] : Array.Empty<string>(),
            .. rollout.Waves.Select(w => talk.Say(Sentences.OfWave(w, rollout))),
            .. Sentences.Attention(rollout).Take(ChatTalk.MostLines).Select(talk.Say),
            .. rollout.OpenDecisions > 0 ? [talk.Say(Finding.Of("chat-decisions-open", ("count", $"{rollout.OpenDecisions}"), ("command", talk.Typed($"decisions --rollout {rollout.Name}"))))] : Array.Empty<string>(),
        ],
    };

    private static async Task<ChatMessage> WatchAsync(ChatTalk talk, ChatArguments given, CancellationToken cancellationToken)
    {
        var answer = await talk.CallAsync(ApiCall.Of("ShowRollout", ("id", given.Words[0])), cancellationToken);
        if (!answer.Ok)
            return talk.Refused(answer);
        var rollout = answer.Read<RolloutDocument>();
        var told = await talk.IsToldHereAsync(rollout.Id, cancellationToken);
        var shown = Shown(talk, rollout);
        return rollout.EndedAt is not null ? shown : shown with { Lines = [.. shown.Lines, talk.Say(told ? Finding.Of("chat-watch-told") : Finding.Of("chat-watch-not-told"))] };
    }

    private static async Task<ChatMessage> GuardsAsync(ChatTalk talk, ChatArguments given, CancellationToken cancellationToken)
    {
        var answer = await talk.CallAsync(ApiCall.Of("ListGuards"), cancellationToken);
        if (!answer.Ok)
            return talk.Refused(answer);
        var guards = answer.Read<List<GuardDocument>>();
        return guards.Count == 0
            ? talk.Good(Finding.Of("chat-no-guards"))
            : new ChatMessage
            {
                Title = talk.Say(Finding.Of("chat-guards", ("count", $"{guards.Count}"))),
                Mood = guards.Any(g => g.Overdue) ? ChatMood.Bad : ChatMood.Plain,
                Lines = [.. guards.Take(ChatTalk.MostLines).Select(g => talk.Say(Finding.Of(
                    "chat-guard", ("zone", g.Zone), ("guard", g.Name), ("nodes", $"{g.Nodes.Count}"), ("time", g.Since is { } since ? DurationText.Format(talk.Now - since) : "?"), ("rollout", g.RolloutName))))],
            };
    }
}
