using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat.Irc;

/// <summary>Speaks IRC by a connection of its own, and connects again by itself. What was said there cannot be changed: each change is a line more.</summary>
internal sealed partial class IrcChat(IrcOptions options, ChatOptions channels, ILogger<IrcChat> logger, TimeProvider time) : IChat
{
    public const string ChatName = "irc";
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    private volatile IrcSession? _session;

    public string Name => ChatName;

    public ChatAbilities Abilities { get; } = new(Edits: false, Threads: false, Buttons: false, Images: false);

    public bool IsIn(string channel) => _session?.IsIn(channel) == true;

    public Task<ChatPost> PostAsync(ChatPlace place, ChatMessage message, CancellationToken cancellationToken)
    {
        if (_session is not { } session || !session.IsIn(place.Channel))
            throw new ChatException(ChatFailure.Unreachable, $"There is no connection to {options.Server}, or it is not in {place.Channel}.");
        if (!session.Say(place.Channel, message))
            throw new ChatException(ChatFailure.Limited, "More is waiting to be said than the server takes.", options.LineEvery * 100);
        return Task.FromResult(new ChatPost(place, Guid.CreateVersion7().ToString("N")));
    }

    public Task UpdateAsync(ChatPost post, ChatMessage message, CancellationToken cancellationToken) => throw new NotSupportedException("What was said on IRC stays as it was.");

    public void Map(IEndpointRouteBuilder routes, IChatInbox inbox)
    {
    }

    public async Task ListenAsync(IChatInbox inbox, CancellationToken cancellationToken)
    {
        var (wait, told) = (TimeSpan.FromSeconds(1), false);
        while (!cancellationToken.IsCancellationRequested)
        {
            var since = time.GetTimestamp();
            try
            {
                await using var session = await IrcSession.ConnectAsync(options, channels, inbox, logger, time, cancellationToken);
                _session = session;
                LogConnected(options.Server, session.Nick);
                told = false;
                await session.RunAsync(cancellationToken);
                throw new IOException("The server hung up.");
            }
            catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
            {
                // Once an outage, not once a try.
                if (!told)
                    LogLost(options.Server, e.Message);
                told = true;
            }
            finally
            {
                _session = null;
            }

            wait = time.GetElapsedTime(since) > Settled ? TimeSpan.FromSeconds(1) : TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, wait.Ticks * 2));
            await Task.Delay(wait * (0.75 + (Random.Shared.NextDouble() / 2)), time, cancellationToken);
        }
    }

    [LoggerMessage(1350, LogLevel.Information, "Connected to {Server} as {Nick}")]
    private partial void LogConnected(Uri server, string nick);

    [LoggerMessage(1351, LogLevel.Warning, "No connection to {Server}: {Why} It is tried again until there is one")]
    private partial void LogLost(Uri server, string why);
}
