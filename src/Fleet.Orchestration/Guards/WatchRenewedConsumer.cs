using Fleet.Contracts.Guards;
using Fleet.Contracts.Workers;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;
using MassTransit;

namespace Fleet.Orchestration.Guards;

/// <summary>Records what a firstbox said of a dead-man's rule; what comes twice or late changes nothing.</summary>
internal sealed class WatchRenewedConsumer(FleetTransactions transactions) : IConsumer<WatchRenewed>
{
    public Task Consume(ConsumeContext<WatchRenewed> context) =>
        transactions.ChangeAsync(context.Message.ZoneUpgradeId, (row, zone) => ZoneUpgradeRules.TakeRenewal(row, context.Message, zone), context.CancellationToken);
}

internal sealed class WatchRenewedDefinition : ConsumerDefinition<WatchRenewedConsumer>
{
    public WatchRenewedDefinition() => EndpointName = Endpoints.Guards;

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<WatchRenewedConsumer> consumerConfigurator, IRegistrationContext context) =>
        endpointConfigurator.UseMessageRetry(ConflictRetry.Configure);
}
