using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Identities;
using Fleet.Runbooks.Texts;
using Fleet.Server.Chat.Calls;

namespace Fleet.Server.Chat.Commands;

/// <summary>One thing that one person says in one place, and what is needed to do it.</summary>
internal sealed class ChatTalk(ApiCalls calls, Confirmations confirmations, Caller caller, ChatCommand command, Language language, ChatChannel? channel, string prompt, TimeProvider time)
{
    /// <summary>More is one click away, and a chat is no terminal.</summary>
    public const int MostLines = 12;

    public Caller Caller { get; } = caller;

    public ChatCommand Command { get; } = command;

    /// <summary>Its account is linked to somebody.</summary>
    public bool IsLinked { get; init; }

    public DateTimeOffset Now => time.GetUtcNow();

    public Task<ApiAnswer> CallAsync(ApiCall call, CancellationToken cancellationToken) => calls.CallAsync(call, Caller, language, cancellationToken);

    public string Say(Finding finding) => Text.Render(finding, language);

    /// <summary>What one types here to say a command.</summary>
    public string Typed(string line) => $"{prompt}{line}";

    public string About(ChatVerb verb) => verb.Told(language);

    public ChatMessage Plain(Finding title, params IReadOnlyList<string> lines) => new() { Title = Say(title), Lines = lines };

    public ChatMessage Good(Finding title, params IReadOnlyList<string> lines) => new() { Title = Say(title), Lines = lines, Mood = ChatMood.Good };

    public ChatMessage Bad(params IReadOnlyList<Finding> problems) => new() { Title = Say(problems[0]), Lines = [.. problems.Skip(1).Select(Say)], Mood = ChatMood.Bad };

    /// <inheritdoc cref="Confirmations.Take"/>
    public Func<ChatTalk, CancellationToken, Task<ChatMessage>>? TakeConfirmation(string code, out Finding problem) => confirmations.Take(code, Command.Place, Command.Person, out problem);

    /// <summary>Whether the channel that this is said in is told of a rollout as it goes on.</summary>
    public async Task<bool> IsToldHereAsync(Guid rollout, CancellationToken cancellationToken) =>
        channel is not null && (await calls.CallAsync(ApiCall.Of("ShowRollout", ("id", $"{rollout}")), channel.Reader(), language, cancellationToken)).Ok;

    /// <summary>As the API tells it: what, and why.</summary>
    public ChatMessage Refused(ApiAnswer answer) => new()
    {
        Title = answer.Errors is [var first, ..] ? first.Message : Say(Finding.Of("chat-failed", ("status", $"{answer.Status}"))),
        Lines = [.. answer.Errors.Skip(1).Take(MostLines).Select(e => e.Message)],
        Mood = ChatMood.Bad,
    };

    /// <summary>Shows what would be done, and does it once the same person confirms it in time.</summary>
    public ChatMessage Ask(ChatMessage shown, string button, ChatButtonStyle style, Func<ChatTalk, CancellationToken, Task<ChatMessage>> act)
    {
        var (code, value) = confirmations.Add(Command.Place, Command.Person, act);
        return shown with { Mood = ChatMood.Asks, Buttons = [new ChatButton(button, value, Typed($"confirm {code}"), style)] };
    }
}
