using Fleet.Contracts;
using Fleet.Contracts.Guards;
using MassTransit;

namespace Fleet.Worker.Guards;

internal sealed class RenewWatchConsumer(WatchRenewals renewals) : IConsumer<RenewWatch>
{
    public Task Consume(ConsumeContext<RenewWatch> context)
    {
        // What is newer than this worker knows is left to a newer one: the coordinator asks again.
        if (context.Message.Contract <= ContractNumber.Current)
            renewals.Offer(context.Message);
        return Task.CompletedTask;
    }
}
