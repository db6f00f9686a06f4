using Fleet.Contracts.Workers;
using MassTransit;

namespace Fleet.Worker.Phases.Reports;

/// <summary>Over the bus, whose library declares what it sends to.</summary>
internal sealed class BusCoordinatorLink(IBus bus) : ICoordinatorLink
{
    public async Task SendAsync(string queue, object message, CancellationToken cancellationToken)
    {
        // The exchange, not the queue: a quorum queue cannot be declared again as a classic one.
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{queue}"));
        await endpoint.Send(message, message.GetType(), cancellationToken);
    }

    public async Task AnswerAsync(Uri address, Guid? request, object message, CancellationToken cancellationToken)
    {
        var endpoint = await bus.GetSendEndpoint(address);
        await endpoint.Send(message, message.GetType(), Pipe.Execute<SendContext>(c => c.RequestId = request), cancellationToken);
    }
}
