using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Api.Zones;
using Fleet.Server.Chat.Calls;
using Fleet.Server.Chat.Living;

namespace Fleet.Server.Chat.Commands;

/// <summary>What changes a rollout that is there.</summary>
internal static class Steering
{
    public static IReadOnlyList<ChatVerb> Verbs { get; } =
    [
        new("pause", "ROLLOUT [--zone ZONE | --wave WAVE] [--comment TEXT]", "chat-about-pause", (talk, given, ct) => PartAsync(talk, given, "Pause", ct)) { Words = (1, 1), Options = ["--zone", "--wave", "--comment"], Examples = ["pause nov-window", "pause nov-window --zone sh4a"] },
        new("resume", "ROLLOUT [--zone ZONE | --wave WAVE] [--comment TEXT]", "chat-about-resume", (talk, given, ct) => PartAsync(talk, given, "Resume", ct)) { Words = (1, 1), Options = ["--zone", "--wave", "--comment"], Examples = ["resume nov-window"] },
        new("abort", "ROLLOUT [--zone ZONE] [--now] [--comment TEXT]", "chat-about-abort", AbortAsync) { Words = (1, 1), Options = ["--zone", "--comment"], Flags = ["--now"], Examples = ["abort nov-window --comment 'wrong package'"] },
        new("retry", "ROLLOUT --zone ZONE [--from PHASE] [--comment TEXT]", "chat-about-retry", RetryAsync) { Words = (1, 1), Options = ["--zone", "--from", "--comment"], Examples = ["retry nov-window --zone sh4a"] },
        new("skip", "ROLLOUT --zone ZONE [--comment TEXT]", "chat-about-skip", SkipAsync) { Words = (1, 1), Options = ["--zone", "--comment"], Examples = ["skip nov-window --zone sh4a"] },
    ];

    private static async Task<ChatMessage> PartAsync(ChatTalk talk, ChatArguments given, string verb, CancellationToken cancellationToken)
    {
        var (id, zone, wave) = (given.Words[0], given.Get("--zone"), given.Get("--wave"));
        if (zone is not null && wave is not null)
            return talk.Bad(Finding.Of("chat-zone-and-wave"));
        var comment = new CommentRequest(given.Get("--comment"));
        var call = zone is not null ? ApiCall.Of($"{verb}Zone", ("id", id), ("zone", zone)) with { Body = comment }
            : wave is not null ? ApiCall.Of($"{verb}Wave", ("id", id), ("wave", wave)) with { Body = comment }
            : ApiCall.Of($"{verb}Rollout", ("id", id));
        return await DoneAsync(talk, call, zone ?? wave, cancellationToken);
    }

    private static async Task<ChatMessage> AbortAsync(ChatTalk talk, ChatArguments given, CancellationToken cancellationToken)
    {
        var (id, zone, now) = (given.Words[0], given.Get("--zone"), given.Has("--now"));
        if (now && zone is null)
            return talk.Bad(Finding.Of("abort-now-needs-zone"));
        var query = new Dictionary<string, string?> { ["zone"] = zone, ["now"] = now ? "true" : "false" };
        var looked = await talk.CallAsync(ApiCall.Of("PreviewAbort", ("id", id)) with { Query = query }, cancellationToken);
        if (!looked.Ok)
            return talk.Refused(looked);
        var preview = looked.Read<AbortPreviewDocument>();
        var shown = talk.Plain(
            Finding.Of("chat-abort-preview", ("rollout", preview.Name), ("count", $"{preview.Zones.Count}")),
            [.. preview.Zones.Take(ChatTalk.MostLines).Select(z => talk.Say(Finding.Of("chat-abort-zone", ("zone", z.Name), ("state", Sentences.Word(z.State)), ("becomes", Sentences.Word(z.Becomes)), ("effect", Sentences.Word(z.Effect)))))]);
        // The id, so that it is the rollout that was shown and no other that came to its name.
        var call = ApiCall.Of("AbortRollout", ("id", $"{preview.Rollout}")) with { Body = new AbortRequest(now, zone, given.Get("--comment")) };
        return talk.Ask(shown, talk.Say(Finding.Of("chat-button-abort")), ChatButtonStyle.Harmful, (again, ct) => DoneAsync(again, call, zone, ct));
    }

    private static async Task<ChatMessage> RetryAsync(ChatTalk talk, ChatArguments given, CancellationToken cancellationToken) => given.Get("--zone") is { } zone
        ? await DoneAsync(talk, ApiCall.Of("RetryZone", ("id", given.Words[0]), ("zone", zone)) with { Body = new ZoneRequest(given.Get("--from"), given.Get("--comment")) }, zone, cancellationToken)
        : talk.Bad(Finding.Of("chat-option-missing", ("option", "--zone")));

    private static async Task<ChatMessage> SkipAsync(ChatTalk talk, ChatArguments given, CancellationToken cancellationToken) => given.Get("--zone") is { } zone
        ? await DoneAsync(talk, ApiCall.Of("SkipZone", ("id", given.Words[0]), ("zone", zone)) with { Body = new CommentRequest(given.Get("--comment")) }, zone, cancellationToken)
        : talk.Bad(Finding.Of("chat-option-missing", ("option", "--zone")));

    /// <summary>Done, and how the rollout stands then.</summary>
    private static async Task<ChatMessage> DoneAsync(ChatTalk talk, ApiCall call, string? part, CancellationToken cancellationToken)
    {
        var answer = await talk.CallAsync(call, cancellationToken);
        if (!answer.Ok)
            return talk.Refused(answer);
        var rollout = answer.Read<RolloutDocument>();
        var zone = rollout.Zones.FirstOrDefault(z => z.Name == part);
        return talk.Good(
            Sentences.Of(rollout, talk.Now),
            zone is null ? [] : [talk.Say(Finding.Of("chat-zone-now", ("zone", zone.Name), ("state", zone is { PausedBy: not null, EndedAt: null } ? Sentences.Word(RolloutState.Paused) : Sentences.Word(zone.State))))]);
    }
}
