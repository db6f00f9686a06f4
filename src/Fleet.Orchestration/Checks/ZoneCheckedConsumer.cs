using Fleet.Contracts.Checks;
using Fleet.Contracts.Rollouts;
using Fleet.Orchestration.Transactions;
using MassTransit;

namespace Fleet.Orchestration.Checks;

/// <summary>Records what was found; what comes twice changes nothing.</summary>
internal sealed class ZoneCheckedConsumer(FleetTransactions transactions, TimeProvider time) : IConsumer<ZoneChecked>
{
    public Task Consume(ConsumeContext<ZoneChecked> context) => transactions.RunAsync(
        async (db, outgoing) =>
        {
            if (await db.ZoneChecks.FindAsync([context.Message.ZoneCheckId], context.CancellationToken) is not { } row)
                return false;
            row.Show(CheckRules.Take(row.Check, context.Message, time.GetUtcNow()));
            if (row.Check.RolloutId is { } rollout)
                outgoing.Publish(new RolloutDue(rollout));
            return true;
        },
        context.CancellationToken);
}
