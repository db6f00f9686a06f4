using System.Net.Mime;
using System.Runtime.Serialization;
using MassTransit;
using MassTransit.Serialization;

namespace Fleet.Hosting.Bus.Seals;

/// <summary>The bus's own JSON, sealed when it is written and never read without a good seal: what is checked are the bytes as they came.</summary>
internal sealed class SealingSerializer(SealedMessages seals) : ISerializerFactory, IMessageSerializer, IMessageDeserializer
{
    /// <summary>Message type, addresses, request id and all else that the bus goes by are in the body.</summary>
    public const string Envelope = "masstransit";

    private readonly SystemTextJsonMessageSerializer _json = new();

    public ContentType ContentType => _json.ContentType;

    public IMessageSerializer CreateSerializer() => this;

    public IMessageDeserializer CreateDeserializer() => this;

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class
    {
        var bytes = _json.GetMessageBody(context).GetBytes();
        if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
        {
            var (to, code) = seals.Make(rabbit.Exchange, Envelope, bytes);
            context.Headers.Set(Seal.To, to);
            context.Headers.Set(Seal.Mac, code);
        }

        return new BytesMessageBody(bytes);
    }

    public ConsumeContext Deserialize(ReceiveContext receiveContext) => IsSealed(receiveContext)
        ? _json.Deserialize(receiveContext)
        : throw new SerializationException($"A message in {receiveContext.InputAddress.AbsolutePath} has no good seal.");

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) => _json.Deserialize(body, headers, destinationAddress);

    public MessageBody GetMessageBody(string text) => _json.GetMessageBody(text);

    public void Probe(ProbeContext context) => _json.Probe(context);

    /// <summary>Judged once for each delivery, whoever asks.</summary>
    public bool IsSealed(ReceiveContext received) => received.GetOrAddPayload(() => new Verdict(Judge(received))).Good;

    private bool Judge(ReceiveContext received) => seals.Accept(
        Uri.UnescapeDataString(received.InputAddress.AbsolutePath.Split('/')[^1]), received.TransportHeaders.Get<string>(Seal.To), received.TransportHeaders.Get<string>(Seal.Mac), Envelope, received.Body.GetBytes());

    private sealed record Verdict(bool Good);
}
