using Fleet.Contracts.Transcripts;
using Fleet.Contracts.Workers;
using Fleet.Hosting.Bus.Seals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Fleet.Hosting.Bus;

/// <summary>Stores frames and acknowledges each once it is stored. A broken connection is made again; what was not acknowledged comes again.</summary>
internal sealed partial class AmqpTranscriptConsumer(AmqpConnections connections, ITranscriptSink store, SealedMessages seals, ILogger<AmqpTranscriptConsumer> logger) : BackgroundService
{
    private const ushort Prefetch = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ConsumeAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogInterrupted(e.Message);
            }

            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ConsumeAsync(CancellationToken cancellationToken)
    {
        var connection = await connections.ForConsumingAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.BasicQosAsync(0, Prefetch, global: false, cancellationToken);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stop = cancellationToken.Register(() => ended.TrySetCanceled(cancellationToken));
        channel.ChannelShutdownAsync += (_, _) =>
        {
            ended.TrySetResult();
            return Task.CompletedTask;
        };
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) => TakeAsync(channel, delivery, cancellationToken);
        await channel.BasicConsumeAsync(Endpoints.Transcripts, autoAck: false, consumer, cancellationToken);
        await ended.Task;
    }

    private async Task TakeAsync(IChannel channel, BasicDeliverEventArgs delivery, CancellationToken cancellationToken)
    {
        try
        {
            if (TranscriptHeaders.Read(delivery.BasicProperties, delivery.Body) is not { } frame)
                LogForeign(delivery.DeliveryTag);
            else if (IsSealed(delivery, frame))
                await store.AppendAsync(frame, cancellationToken);
            await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotStored(e);
            await Task.Delay(Pause, cancellationToken);
            await channel.BasicNackAsync(delivery.DeliveryTag, multiple: false, requeue: true, cancellationToken);
        }
    }

    private bool IsSealed(BasicDeliverEventArgs delivery, TranscriptFrame frame)
    {
        var (to, code) = TranscriptHeaders.ReadSeal(delivery.BasicProperties);
        return seals.Accept(Endpoints.Transcripts, to, code, TranscriptHeaders.Envelope(frame), frame.Bytes.Span);
    }

    [LoggerMessage(4010, LogLevel.Warning, "Reading transcripts from the broker was interrupted and is tried again: {Reason}")]
    private partial void LogInterrupted(string reason);

    [LoggerMessage(4011, LogLevel.Warning, "Delivery {Tag} among the transcripts is no transcript frame; it was dropped")]
    private partial void LogForeign(ulong tag);

    [LoggerMessage(4012, LogLevel.Error, "A transcript frame could not be stored and comes again")]
    private partial void LogNotStored(Exception exception);
}
