using MassTransit;
using Microsoft.Extensions.Logging;

namespace Fleet.Orchestration.Transactions;

internal sealed partial class Messages(IBus bus, ILogger<Messages> logger) : IMessages
{
    /// <summary>While the broker is down a publish would wait without limit.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public async Task SendAsync(Outgoing outgoing, CancellationToken cancellationToken)
    {
        foreach (var send in outgoing.Sends)
        {
            await TryAsync(
                send.Message,
                send.Queue,
                async token =>
                {
                    var endpoint = await bus.GetSendEndpoint(Addresses.Of(send.Queue));
                    await endpoint.Send(send.Message, send.Message.GetType(), token);
                },
                cancellationToken);
        }

        foreach (var message in outgoing.Publishes)
            await TryAsync(message, "publish", token => bus.Publish(message, message.GetType(), token), cancellationToken);
    }

    private async Task TryAsync(object message, string to, Func<CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await send(limit.Token);
        }
        catch (Exception e)
        {
            LogNotSent(message.GetType().Name, to, e.Message);
        }
    }
}
