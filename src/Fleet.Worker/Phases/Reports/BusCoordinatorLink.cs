using MassTransit;

namespace Fleet.Worker.Phases.Reports;

/// <summary>Sends over the bus to the coordinator's queues.</summary>
internal sealed class BusCoordinatorLink(IBus bus) : ICoordinatorLink
{
    public async Task SendAsync(string queue, object message, CancellationToken cancellationToken)
    {
        // The exchange, not the queue: a quorum queue cannot be declared again as a classic one.
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{queue}"));
        await endpoint.Send(message, message.GetType(), cancellationToken);
    }
}
