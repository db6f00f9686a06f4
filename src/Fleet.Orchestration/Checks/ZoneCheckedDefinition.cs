using Fleet.Contracts.Workers;
using Fleet.Orchestration.Store;
using MassTransit;

namespace Fleet.Orchestration.Checks;

internal sealed class ZoneCheckedDefinition : ConsumerDefinition<ZoneCheckedConsumer>
{
    public ZoneCheckedDefinition() => EndpointName = Endpoints.Checks;

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<ZoneCheckedConsumer> consumerConfigurator, IRegistrationContext context) =>
        endpointConfigurator.UseMessageRetry(ConflictRetry.Configure);
}
