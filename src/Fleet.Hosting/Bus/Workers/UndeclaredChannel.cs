using Fleet.Contracts.Workers;
using MassTransit;
using MassTransit.Middleware;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Fleet.Hosting.Bus.Workers;

/// <summary>A worker's channel: of what it consumes it declares its own queue, which goes with it, and nothing else.</summary>
internal sealed class UndeclaredChannel(ChannelContext inner) : ProxyPipeContext(inner), ChannelContext
{
    public IChannel Channel => inner.Channel;

    public ConnectionContext ConnectionContext => inner.ConnectionContext;

    public Task ExchangeDeclare(string exchange, string type, bool durable, bool autoDelete, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        IsOwn(exchange) ? inner.ExchangeDeclare(exchange, type, durable, autoDelete, arguments, cancellationToken) : Task.CompletedTask;

    public Task<QueueDeclareOk> QueueDeclare(string queue, bool durable, bool exclusive, bool autoDelete, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        IsOwn(queue) ? inner.QueueDeclare(queue, durable, exclusive, autoDelete, arguments, cancellationToken) : inner.QueueDeclarePassive(queue, cancellationToken);

    public Task QueueBind(string queue, string exchange, string routingKey, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        IsOwn(queue) ? inner.QueueBind(queue, exchange, routingKey, arguments, cancellationToken) : Task.CompletedTask;

    public Task ExchangeBind(string destination, string source, string routingKey, IDictionary<string, object> arguments, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ExchangeDeclarePassive(string exchange, CancellationToken cancellationToken) => inner.ExchangeDeclarePassive(exchange, cancellationToken);

    public Task<QueueDeclareOk> QueueDeclarePassive(string queue, CancellationToken cancellationToken) => inner.QueueDeclarePassive(queue, cancellationToken);

    public Task<uint> QueuePurge(string queue, CancellationToken cancellationToken) => inner.QueuePurge(queue, cancellationToken);

    public Task BasicPublishAsync(string exchange, string routingKey, bool mandatory, BasicProperties basicProperties, byte[] body, bool awaitAck, CancellationToken cancellationToken) =>
        inner.BasicPublishAsync(exchange, routingKey, mandatory, basicProperties, body, awaitAck, cancellationToken);

    public Task BasicQos(uint prefetchSize, ushort prefetchCount, bool global, CancellationToken cancellationToken) => inner.BasicQos(prefetchSize, prefetchCount, global, cancellationToken);

    public ValueTask BasicAck(ulong deliveryTag, bool multiple, CancellationToken cancellationToken) => inner.BasicAck(deliveryTag, multiple, cancellationToken);

    public Task BasicNack(ulong deliveryTag, bool multiple, bool requeue, CancellationToken cancellationToken) => inner.BasicNack(deliveryTag, multiple, requeue, cancellationToken);

    public Task<string> BasicConsume(string queue, bool noAck, bool exclusive, IDictionary<string, object> arguments, IAsyncBasicConsumer consumer, string consumerTag, CancellationToken cancellationToken) =>
        inner.BasicConsume(queue, noAck, exclusive, arguments, consumer, consumerTag, cancellationToken);

    public Task BasicCancel(string consumerTag, CancellationToken cancellationToken) => inner.BasicCancel(consumerTag, cancellationToken);

    public void NotifyFaulted(Exception exception, Uri inputAddress) => inner.NotifyFaulted(exception, inputAddress);

    private static bool IsOwn(string name) => name.StartsWith(Endpoints.Worker(string.Empty), StringComparison.Ordinal);
}
