using Fleet.Contracts.Workers;
using MassTransit;
using MassTransit.Context;

namespace Fleet.Hosting.Bus.Workers;

/// <summary>
/// A worker's sends to what the coordinator declared. The bus's library declares each exchange before it sends to it, which a worker's user may not; to its address for direct
/// replies it declares nothing, and such a send is pointed to the exchange that is meant.
/// </summary>
internal sealed class UndeclaredLink(IBus bus) : ICoordinatorLink
{
    private const string Exchange = "RMQ-Exchange";
    private static readonly Uri Undeclared = new("exchange:amq.rabbitmq.reply-to");

    public Task SendAsync(string queue, object message, CancellationToken cancellationToken) => SendAsync(queue, null, message, cancellationToken);

    public Task AnswerAsync(Uri address, Guid? request, object message, CancellationToken cancellationToken) =>
        SendAsync(Uri.UnescapeDataString(address.AbsolutePath.Split('/')[^1]), request, message, cancellationToken);

    private async Task SendAsync(string exchange, Guid? request, object message, CancellationToken cancellationToken)
    {
        var endpoint = await bus.GetSendEndpoint(Undeclared);
        await endpoint.Send(message, message.GetType(), Pipe.Execute<SendContext>(context => Point(context, exchange, request)), cancellationToken);
    }

    private static void Point(SendContext context, string exchange, Guid? request)
    {
        if (!context.TryGetPayload<TransportSendContext>(out var transport) || !context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
            throw new InvalidOperationException("A worker sends over RabbitMQ here.");
        transport.ReadPropertiesFrom(new Dictionary<string, object>(StringComparer.Ordinal) { [Exchange] = exchange });
        rabbit.Mandatory = true;
        context.RequestId = request;
        context.DestinationAddress = new Uri($"exchange:{exchange}");
    }
}
