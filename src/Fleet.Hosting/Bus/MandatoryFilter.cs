using MassTransit;

namespace Fleet.Hosting.Bus;

/// <summary>Fleet's own messages come back to the sender where nothing takes them; the bus's own (faults) may go unheard.</summary>
internal sealed class MandatoryFilter : IFilter<SendContext>, IFilter<PublishContext>
{
    private const string Own = "urn:message:Fleet.Contracts.";

    public Task Send(SendContext context, IPipe<SendContext> next)
    {
        Mark(context);
        return next.Send(context);
    }

    public Task Send(PublishContext context, IPipe<PublishContext> next)
    {
        Mark(context);
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("mandatory");

    private static void Mark(SendContext context)
    {
        if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit) && context.SupportedMessageTypes is { Length: > 0 } types && types[0].StartsWith(Own, StringComparison.Ordinal))
            rabbit.Mandatory = true;
    }
}
