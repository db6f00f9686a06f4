using MassTransit;
using Microsoft.Extensions.Logging;

namespace Fleet.Orchestration.Transactions;

internal sealed partial class Messages(IBus bus, ILogger<Messages> logger) : IMessages
{
    /// <summary>While the broker is down a publish would wait without limit.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>A publisher's confirm takes a round trip: so many are waited for at once.</summary>
    private const int AtOnce = 16;

    public async Task SendAsync(Outgoing outgoing, CancellationToken cancellationToken)
    {
        // Their order matters to nobody: each says what a row owes, and the broker keeps none either.
        var left = outgoing.Sends.Count + outgoing.Publishes.Count;
        if (left == 0)
            return;
        using var away = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Parallel.ForEachAsync(
            outgoing.Sends.Select(s => new Way(s.Message, s.Queue)).Concat(outgoing.Publishes.Select(p => new Way(p, null))),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (way, _) =>
            {
                // The broker is away: the others would wait as long for nothing. They are owed, and go again.
                if (away.IsCancellationRequested)
                    return;
                if (await TryAsync(way, away.Token))
                    Interlocked.Decrement(ref left);
                else
                    await away.CancelAsync();
            });
        if (left > 0)
            LogLeft(left);
    }

    /// <returns>False: the broker is away.</returns>
    private async Task<bool> TryAsync(Way way, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            if (way.Queue is null)
                await bus.Publish(way.Message, way.Message.GetType(), limit.Token);
            else
                await (await bus.GetSendEndpoint(Addresses.Of(way.Queue))).Send(way.Message, way.Message.GetType(), limit.Token);
            return true;
        }
        catch (Exception e)
        {
            LogNotSent(way.Message.GetType().Name, way.Queue ?? "publish", e.Message);
            return e is not OperationCanceledException;
        }
    }

    /// <param name="Queue">Null: it is published.</param>
    private sealed record Way(object Message, string? Queue);
}
