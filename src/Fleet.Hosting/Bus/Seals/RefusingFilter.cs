using MassTransit;

namespace Fleet.Hosting.Bus.Seals;

/// <summary>Before anything else sees a delivery: one without a good seal ends here. It is taken off the queue and kept nowhere; what a row owes is sent again.</summary>
internal sealed class RefusingFilter(SealingSerializer serializer) : IFilter<ReceiveContext>
{
    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => serializer.IsSealed(context) ? next.Send(context) : Task.CompletedTask;

    public void Probe(ProbeContext context) => context.CreateFilterScope("seal");
}
