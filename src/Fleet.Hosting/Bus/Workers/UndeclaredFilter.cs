using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Exceptions;

namespace Fleet.Hosting.Bus.Workers;

/// <summary>Before a worker's endpoint looks for its queue: waits until a coordinator has declared it, and takes away the means to declare what is not the worker's.</summary>
/// <param name="queue">Null: it is the worker's own.</param>
internal sealed partial class UndeclaredFilter(string? queue, TimeProvider time, ILogger<UndeclaredFilter> logger) : IFilter<ChannelContext>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        for (var told = false; queue is not null && !await IsThereAsync(context, queue); told = true)
        {
            if (!told)
                LogWaits(queue);
            await Task.Delay(Pause, time, context.CancellationToken);
        }

        await next.Send(new UndeclaredChannel(context));
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("undeclared");

    /// <summary>On a channel of its own: the broker closes the one that asked for what is not there.</summary>
    private static async Task<bool> IsThereAsync(ChannelContext context, string queue)
    {
        await using var channel = await context.ConnectionContext.Connection.CreateChannelAsync(cancellationToken: context.CancellationToken);
        try
        {
            await channel.QueueDeclarePassiveAsync(queue, context.CancellationToken);
            return true;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == 404)
        {
            return false;
        }
    }

    [LoggerMessage(4040, LogLevel.Warning, "The queue {Queue} is not there yet, and is waited for: the coordinator declares the queues of the pools that zones are in and of those in Fleet:Bus:Pools")]
    private partial void LogWaits(string queue);
}
