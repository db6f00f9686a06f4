using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;
using Fleet.Server.Api.Decisions;
using Fleet.Server.Chat.Calls;
using Fleet.Server.Chat.Living;

namespace Fleet.Server.Chat.Commands;

/// <summary>Questions, and what people answer.</summary>
internal static class Deciding
{
    public static IReadOnlyList<ChatVerb> Verbs { get; } =
    [
        new("decisions", "[--rollout ROLLOUT] | show ID", "chat-about-decisions", ListAsync) { Words = (0, 2), Options = ["--rollout"], Unlinked = Unlinked.Looks, Examples = ["decisions", "decisions show 1a2b3c4d"] },
        new("answer", "ID CHOICE [--scope this|rollout|all-alike] [--and-later] [--comment TEXT] [--text TEXT] [--nodes a,b] [--typed a,b] [--items 1,3] [--from PHASE]", "chat-about-answer", AnswerAsync)
        {
            Words = (1, 2),
            Options = ["--scope", "--comment", "--text", "--nodes", "--typed", "--items", "--from"],
            Flags = ["--and-later"],
            Examples = ["answer 1a2b3c4d yes --scope all-alike", "answer 1a2b3c4d quarantine --nodes hyper07 --comment 'disk is broken'"],
        },
    ];

    private static async Task<ChatMessage> ListAsync(ChatTalk talk, ChatArguments given, CancellationToken cancellationToken)
    {
        if (given.Word(0) is { } word)
            return word == "show" && given.Word(1) is { } id ? await ShowAsync(talk, id, cancellationToken) : talk.Bad(Finding.Of("chat-words-many", ("word", word), ("usage", Verbs[0].Line)));
        var answer = await talk.CallAsync(new ApiCall("ListDecisions") { Query = new Dictionary<string, string?> { ["rollout"] = given.Get("--rollout") } }, cancellationToken);
        if (!answer.Ok)
            return talk.Refused(answer);
        var groups = Questions.Grouped(answer.Read<List<DecisionDocument>>()).ToList();
        return groups.Count == 0
            ? talk.Good(Finding.Of("chat-no-decisions"))
            : new ChatMessage
            {
                Title = talk.Say(Finding.Of("chat-decisions", ("count", $"{groups.Count}"))),
                Mood = ChatMood.Asks,
                Lines = [.. groups.Take(ChatTalk.MostLines).Select(g => talk.Say(Questions.Line(g)))],
            };
    }

    private static async Task<ChatMessage> ShowAsync(ChatTalk talk, string id, CancellationToken cancellationToken)
    {
        var answer = await talk.CallAsync(ApiCall.Of("ShowDecision", ("id", id)), cancellationToken);
        if (!answer.Ok)
            return talk.Refused(answer);
        var decision = answer.Read<DecisionDocument>();
        return new ChatMessage
        {
            Title = talk.Say(Questions.Line([decision])),
            Mood = decision.State == DecisionState.Open ? ChatMood.Asks : ChatMood.Plain,
            Output = Questions.Context(decision),
            Lines = [.. Questions.Remembered(decision).Select(talk.Say), talk.Say(Questions.HowToAnswer(decision, talk.Typed("")))],
        };
    }

    private static async Task<ChatMessage> AnswerAsync(ChatTalk talk, ChatArguments given, CancellationToken cancellationToken)
    {
        if (given.Word(1) is null && given.Get("--text") is null)
            return talk.Bad(Finding.Of("chat-answer-without-choice", ("command", talk.Typed($"decisions show {given.Words[0]}"))));
        if (ScopeOf(given.Get("--scope")) is not { } scope)
            return talk.Bad(Finding.Of("chat-bad-scope", ("value", given.Get("--scope")!)));
        var request = new AnswerRequest
        {
            Choice = given.Word(1),
            Text = given.Get("--text"),
            Comment = given.Get("--comment"),
            Nodes = given.List("--nodes"),
            Typed = given.List("--typed"),
            Items = given.List("--items"),
            From = given.Get("--from"),
            Scope = scope,
            AndLater = given.Has("--and-later"),
        };
        var answer = await talk.CallAsync(ApiCall.Of("AnswerDecision", ("id", given.Words[0])) with { Body = request }, cancellationToken);
        if (!answer.Ok)
            return talk.Refused(answer);
        var taken = answer.Read<AnswerDocument>();
        var lines = taken.Refused.Take(ChatTalk.MostLines).Select(r => r.Text).ToList();
        return taken.Answered.Count == 0
            ? new ChatMessage { Title = lines.FirstOrDefault() ?? talk.Say(Finding.Of("chat-no-decisions")), Lines = [.. lines.Skip(1)], Mood = ChatMood.Bad }
            : talk.Good(Finding.Of("chat-answered", ("choice", request.Choice ?? request.Text!), ("count", $"{taken.Answered.Count}"), ("subject", Questions.Subjects(taken.Answered)), ("by", talk.Caller.Name)), lines);
    }

    private static AnswerScope? ScopeOf(string? word) => word switch { null or "this" => AnswerScope.This, "rollout" => AnswerScope.Rollout, "all-alike" => AnswerScope.AllAlike, _ => null };
}
