using Fleet.Contracts.Rollouts;
using Fleet.Contracts.Workers;
using Fleet.Orchestration.Store;
using MassTransit;

namespace Fleet.Orchestration.Rollouts;

internal sealed class RolloutDefinition : SagaDefinition<RolloutSaga>
{
    private const int Partitions = 4;

    public RolloutDefinition() => EndpointName = Endpoints.Rollouts;

    protected override void ConfigureSaga(IReceiveEndpointConfigurator endpointConfigurator, ISagaConfigurator<RolloutSaga> sagaConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.UseMessageRetry(ConflictRetry.Configure);
        endpointConfigurator.UseInMemoryOutbox(context);
        var partitioner = endpointConfigurator.CreatePartitioner(Partitions);
        sagaConfigurator.Message<RolloutDue>(x => x.UsePartitioner(partitioner, m => m.Message.RolloutId));
    }
}
