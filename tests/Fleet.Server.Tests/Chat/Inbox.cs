using System.Collections.Concurrent;
using Fleet.Server.Chat;

namespace Fleet.Server.Tests.Chat;

/// <summary>Keeps what people did, and answers what it is told to.</summary>
internal sealed class Inbox : IChatInbox
{
    public ConcurrentQueue<ChatCommand> Commands { get; } = [];

    public ConcurrentQueue<ChatPress> Presses { get; } = [];

    /// <summary>Said to everything; null: nothing.</summary>
    public ChatMessage? Answer { get; set; }

    /// <summary>Held back until it is set.</summary>
    public Task Until { get; set; } = Task.CompletedTask;

    public async Task<ChatMessage?> CommandAsync(ChatCommand command, CancellationToken cancellationToken)
    {
        Commands.Enqueue(command);
        await Until.WaitAsync(cancellationToken);
        return Answer;
    }

    public async Task<ChatMessage?> PressAsync(ChatPress press, CancellationToken cancellationToken)
    {
        Presses.Enqueue(press);
        await Until.WaitAsync(cancellationToken);
        return Answer;
    }
}
