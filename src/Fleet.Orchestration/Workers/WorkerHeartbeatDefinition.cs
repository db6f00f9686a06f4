using Fleet.Contracts.Workers;
using Fleet.Orchestration.Store;
using MassTransit;

namespace Fleet.Orchestration.Workers;

internal sealed class WorkerHeartbeatDefinition : ConsumerDefinition<WorkerHeartbeatConsumer>
{
    public WorkerHeartbeatDefinition() => EndpointName = Endpoints.Workers;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<WorkerHeartbeatConsumer> consumerConfigurator, IRegistrationContext context) =>
        endpointConfigurator.UseMessageRetry(ConflictRetry.Configure);
}
