using Fleet.Server.Chat.Buttons;
using Fleet.Server.Chat.Calls;
using Fleet.Server.Chat.Commands;
using Fleet.Server.Chat.Living;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat;

/// <summary>Listens to every chat that is set up, and tells each channel what goes on.</summary>
internal sealed partial class ChatHost(IEnumerable<IChat> chats, ChatOptions options, ChatInbox inbox, ApiCalls calls, ButtonSeal seal, IHostApplicationLifetime lifetime, ILoggerFactory loggers, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterBroken = TimeSpan.FromSeconds(30);

    private readonly ILogger logger = loggers.CreateLogger<ChatHost>();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Endpoints are there once it has started.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (lifetime.ApplicationStarted.Register(() => started.TrySetResult()))
        await using (stoppingToken.Register(() => started.TrySetCanceled(stoppingToken)))
            await started.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stoppingToken.IsCancellationRequested)
            return;
        var all = chats.ToList();
        await Task.WhenAll([.. all.Select(c => ListenAsync(c, stoppingToken)), .. options.Channels.Select(c => TellAsync(all.First(chat => chat.Name == c.Chat), c, stoppingToken))]);
    }

    /// <summary>A chat connects again by itself; what it did not expect ends neither it nor Fleet.</summary>
    private async Task ListenAsync(IChat chat, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await chat.ListenAsync(inbox, stoppingToken);
                return;
            }
            catch (Exception e)
            {
                if (stoppingToken.IsCancellationRequested)
                    return;
                LogBroken(e, chat.Name);
            }

            await Task.Delay(AfterBroken, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TellAsync(IChat chat, ChatChannel channel, CancellationToken stoppingToken)
    {
        var teller = new RolloutTeller(chat, channel, calls, seal, loggers.CreateLogger<RolloutTeller>(), time);
        var failed = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await teller.LookAsync(stoppingToken);
                failed = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // The store may be away for a while: said once, and looked again.
                if (!failed)
                    LogFailed(e, channel.Chat, channel.Name);
                failed = true;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(1343, LogLevel.Error, "What is told in {Chat} {Channel} could not be looked at; it is tried again")]
    private partial void LogFailed(Exception exception, string chat, string channel);

    [LoggerMessage(1344, LogLevel.Error, "Listening to {Chat} ended; it is begun anew")]
    private partial void LogBroken(Exception exception, string chat);
}
