using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Loading;
using Fleet.Server.Api.Access;
using Fleet.Server.Chat.Calls;
using Fleet.Server.Chat.Living;

namespace Fleet.Server.Chat.Commands;

/// <summary>Who one is, what there is to say, and what waits for one's word.</summary>
internal static class Knowing
{
    public static IReadOnlyList<ChatVerb> Verbs { get; } =
    [
        new("confirm", "CODE", "chat-about-confirm", ConfirmAsync) { Words = (1, 1), Examples = ["confirm k7m2pq"] },
        new("who", "", "chat-about-who", WhoAsync) { Unlinked = Unlinked.Always, Examples = ["who"] },
        new("link", "", "chat-about-link", (talk, _, _) => Task.FromResult(Link(talk))) { Unlinked = Unlinked.Always, Examples = ["link"] },
        new("help", "[COMMAND]", "chat-about-help", (talk, given, _) => Task.FromResult(Help(talk, given))) { Words = (0, 1), Unlinked = Unlinked.Always, Examples = ["help", "help start"] },
    ];

    private static async Task<ChatMessage> ConfirmAsync(ChatTalk talk, ChatArguments given, CancellationToken cancellationToken) =>
        talk.TakeConfirmation(given.Words[0], out var problem) is { } act ? await act(talk, cancellationToken) : talk.Bad(problem);

    private static async Task<ChatMessage> WhoAsync(ChatTalk talk, ChatArguments given, CancellationToken cancellationToken)
    {
        if (!talk.IsLinked)
            return talk.Plain(Finding.Of("chat-who-nobody", ("chat", talk.Command.Place.Chat), ("account", talk.Command.Person.Account)), talk.Say(HowToLink(talk)));
        var answer = await talk.CallAsync(ApiCall.Of("WhoAmI"), cancellationToken);
        if (!answer.Ok)
            return talk.Refused(answer);
        var me = answer.Read<WhoAmIDocument>();
        return talk.Plain(
            Finding.Of("chat-who", ("chat", talk.Command.Place.Chat), ("account", talk.Command.Person.Account), ("name", me.Name), ("zones", $"{me.Zones}")),
            [.. me.Grants.Select(g => $"{Sentences.Word(g.Role)}: {g.Zones}"), .. me.Groups.Count > 0 ? [talk.Say(Finding.Of("chat-who-groups", ("groups", string.Join(", ", me.Groups))))] : Array.Empty<string>()]);
    }

    private static ChatMessage Link(ChatTalk talk) => talk.Plain(HowToLink(talk));

    private static Finding HowToLink(ChatTalk talk) => talk.Command.Person.IsProven
        ? Finding.Of("chat-how-to-link", ("command", $"fleet identity link {talk.Command.Place.Chat} {talk.Command.Person.Account} --name NAME --role ROLE"))
        : Finding.Of("chat-not-proven", ("chat", talk.Command.Place.Chat));

    private static ChatMessage Help(ChatTalk talk, ChatArguments given)
    {
        if (given.Word(0) is not { } name)
            return talk.Plain(Finding.Of("chat-help", ("command", talk.Typed("help start"))), [.. ChatVerbs.All.Select(v => $"{v.Name}: {talk.About(v)}")]);
        return ChatVerbs.Find(name) is { } verb
            ? new ChatMessage { Title = $"{talk.Typed(verb.Line)}", Lines = [talk.About(verb), .. verb.Examples.Select(talk.Typed)] }
            : talk.Bad(Unknown(name));
    }

    public static Finding Unknown(string name) => Suggestion.For(name, ChatVerbs.All.Select(v => v.Name)) is { } meant
        ? Finding.Of("chat-command-meant", ("word", name), ("meant", meant))
        : Finding.Of("chat-command-unknown", ("word", name));
}
