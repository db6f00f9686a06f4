using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Identities;
using Fleet.Runbooks.Texts;
using Fleet.Server.Chat.Buttons;
using Fleet.Server.Chat.Calls;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat.Commands;

/// <summary>What people say in chats, whichever it is: read, held against who they are and where they are, and done.</summary>
internal sealed partial class ChatInbox(ApiCalls calls, IChatAccounts accounts, Confirmations confirmations, ButtonSeal seal, ChatOptions options, ILogger<ChatInbox> logger, TimeProvider time) : IChatInbox
{
    /// <summary>More is no command.</summary>
    private const int MostCharacters = 2000;

    /// <summary>For longer than any chat tells the same again.</summary>
    private readonly RecentIds _taken = new(time, TimeSpan.FromHours(1), most: 20_000);

    public Task<ChatMessage?> CommandAsync(ChatCommand command, CancellationToken cancellationToken) => TakeAsync(command, [], cancellationToken);

    public async Task<ChatMessage?> PressAsync(ChatPress press, CancellationToken cancellationToken)
    {
        var language = options.Find(press.Post.Place.Chat, press.Post.Place.Channel)?.Language;
        if (language is null || !_taken.IsNew($"{press.Post.Place.Chat} {press.Id}"))
            return null;
        if (seal.Take(press.Value, out var problem) is not { } button)
            return new ChatMessage { Title = Text.Render(problem, language), Mood = ChatMood.Bad };
        // What was filled in is a word of its own, whatever stands in it: it never becomes options.
        string[] more = press.Text is { } text ? ["--comment", text] : [];
        var answer = await TakeAsync(new ChatCommand($"{press.Id}/command", press.Post.Place, press.Person, button.Line), more, cancellationToken);
        // Who may not has not pressed it: it is still there for who may.
        if (answer is null or { Mood: ChatMood.Bad })
            seal.GiveBack(button);
        return answer;
    }

    /// <param name="more">Words that follow those of the text.</param>
    private async Task<ChatMessage?> TakeAsync(ChatCommand command, string[] more, CancellationToken cancellationToken)
    {
        var channel = options.Find(command.Place.Chat, command.Place.Channel);
        if ((channel is null && !command.Private) || !_taken.IsNew($"{command.Place.Chat} {command.Id}"))
            return null;
        var language = channel?.Language ?? options.Channels.FirstOrDefault(c => c.Chat == command.Place.Chat)?.Language ?? Language.English;
        try
        {
            return await AnswerAsync(await TalkAsync(command, channel, language, cancellationToken), more, channel is { LookWithoutLink: true }, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whoever asked is told, and the chat goes on.
            LogFailed(e, command.Place.Chat, command.Place.Channel);
            return new ChatMessage { Title = Text.Render(Finding.Of("chat-failed", ("status", "500")), language), Mood = ChatMood.Bad };
        }
    }

    private async Task<ChatMessage> AnswerAsync(ChatTalk talk, string[] more, bool looks, CancellationToken cancellationToken)
    {
        if (talk.Command.Text.Length > MostCharacters)
            return talk.Bad(Finding.Of("chat-too-long", ("most", $"{MostCharacters}")));
        if (ChatWords.Split(talk.Command.Text) is not { } typed)
            return talk.Bad(Finding.Of("chat-quote-open"));
        var words = ChatVerbs.Shortened(typed.Length == 0 ? ["help"] : [.. typed, .. more]);
        if (ChatVerbs.Find(words[0]) is not { } verb)
            return talk.Bad(Knowing.Unknown(words[0]));
        if (!talk.IsLinked && verb.Unlinked != Unlinked.Always && !(looks && verb.Unlinked == Unlinked.Looks))
            return talk.Bad(Finding.Of("chat-not-linked", ("chat", talk.Command.Place.Chat), ("account", talk.Command.Person.Account), ("command", talk.Typed("link"))));
        var problems = new List<Finding>();
        var given = ChatArguments.Read(verb, words[1..], problems);
        if (problems.Count > 0)
            return talk.Bad(problems);
        return await verb.Run(talk, given, cancellationToken);
    }

    private async Task<ChatTalk> TalkAsync(ChatCommand command, ChatChannel? channel, Language language, CancellationToken cancellationToken)
    {
        var source = ChatChannel.Source(command.Place);
        // Nobody is linked to a name that anybody can take.
        var linked = command.Person.IsProven ? await accounts.FindAsync(command.Place.Chat, command.Person.Account, source, cancellationToken) : null;
        var caller = linked ?? (channel is { LookWithoutLink: true } ? channel.Reader() : new Caller { Name = $"chat:{command.Place.Chat}", Rights = Rights.None, Source = source });
        return new ChatTalk(calls, confirmations, caller, command, language, channel, Prompt(command), time) { IsLinked = linked is not null };
    }

    /// <summary>What one types before a command there.</summary>
    public static string Prompt(ChatCommand command) => Prompt(command.Place.Chat, command.Private);

    public static string Prompt(string chat, bool isPrivate = false) => chat switch { "irc" => isPrivate ? "" : "!fleet ", _ => "/fleet " };

    [LoggerMessage(1340, LogLevel.Error, "A command in {Chat} {Channel} failed")]
    private partial void LogFailed(Exception exception, string chat, string channel);
}
