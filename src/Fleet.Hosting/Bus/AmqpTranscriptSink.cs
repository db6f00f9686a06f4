using Fleet.Contracts.Transcripts;
using Fleet.Contracts.Workers;
using Fleet.Hosting.Bus.Seals;
using RabbitMQ.Client;

namespace Fleet.Hosting.Bus;

/// <summary>Publishes frames; returns when the broker has confirmed them, throws when it refused or nothing takes them. The caller tries again: frames are idempotent.</summary>
internal sealed class AmqpTranscriptSink(AmqpConnections connections, SealedMessages seals) : ITranscriptSink, IAsyncDisposable
{
    private const int MostUnconfirmed = 256;
    private readonly SemaphoreSlim _one = new(1);
    private IChannel? _channel;

    public async Task AppendAsync(TranscriptFrame frame, CancellationToken cancellationToken)
    {
        var channel = await ChannelAsync(cancellationToken);
        var properties = TranscriptHeaders.Write(frame);
        var (to, code) = seals.Make(Endpoints.Transcripts, TranscriptHeaders.Envelope(frame), frame.Bytes.Span);
        properties.Headers![Seal.To] = to;
        properties.Headers[Seal.Mac] = code;
        await channel.BasicPublishAsync(Endpoints.Transcripts, string.Empty, mandatory: true, properties, frame.Bytes, cancellationToken);
    }

    private async Task<IChannel> ChannelAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_channel is { IsOpen: true })
                return _channel;
            if (_channel is not null)
                await _channel.DisposeAsync();
            var connection = await connections.ForPublishingAsync(cancellationToken);
            var confirms = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, new ThrottlingRateLimiter(MostUnconfirmed));
            return _channel = await connection.CreateChannelAsync(confirms, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_channel is not null)
            await _channel.DisposeAsync();
        _one.Dispose();
    }
}
