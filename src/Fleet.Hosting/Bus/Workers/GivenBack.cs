using System.Runtime.ExceptionServices;
using MassTransit;

namespace Fleet.Hosting.Bus.Workers;

/// <summary>A delivery that failed, or that nobody here knows, is not taken: it comes again, elsewhere perhaps.</summary>
internal sealed class GivenBack : IFilter<ExceptionReceiveContext>, IFilter<ReceiveContext>
{
    public Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        ExceptionDispatchInfo.Throw(context.Exception);
        return Task.CompletedTask;
    }

    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => throw new MessageNotConsumedException(context.InputAddress, "Nobody here knows this message.");

    public void Probe(ProbeContext context) => context.CreateFilterScope("given back");
}
