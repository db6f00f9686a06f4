using Fleet.Contracts.Phases;
using Fleet.Contracts.Workers;
using Fleet.Contracts.ZoneUpgrades;
using Fleet.Orchestration.Store;
using MassTransit;

namespace Fleet.Orchestration.ZoneUpgrades;

/// <summary>The endpoint: messages of one zone upgrade one after the other in this process, others side by side; conflicts with another process are tried again.</summary>
internal sealed class ZoneUpgradeDefinition : SagaDefinition<ZoneUpgradeSaga>
{
    private const int Partitions = 16;

    public ZoneUpgradeDefinition() => EndpointName = Endpoints.ZoneUpgrades;

    protected override void ConfigureSaga(IReceiveEndpointConfigurator endpointConfigurator, ISagaConfigurator<ZoneUpgradeSaga> sagaConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 64;
        endpointConfigurator.UseMessageRetry(ConflictRetry.Configure);
        endpointConfigurator.UseInMemoryOutbox(context);
        var partitioner = endpointConfigurator.CreatePartitioner(Partitions);
        sagaConfigurator.Message<StartZoneUpgrade>(x => x.UsePartitioner(partitioner, m => m.Message.ZoneUpgradeId));
        sagaConfigurator.Message<ZoneUpgradeDue>(x => x.UsePartitioner(partitioner, m => m.Message.ZoneUpgradeId));
        sagaConfigurator.Message<PhaseDeclined>(x => x.UsePartitioner(partitioner, m => m.Message.ZoneUpgradeId));
        Report<PhaseAccepted>();
        Report<StepStarting>();
        Report<StepProgressed>();
        Report<StepFinished>();
        Report<PromptRaised>();
        Report<PromptAnswered>();
        Report<PromptWithdrawn>();
        Report<PhaseSucceeded>();
        Report<PhaseHeld>();
        Report<PhaseFailed>();
        Report<PhaseStopped>();

        void Report<T>()
            where T : class, IPhaseReport =>
            sagaConfigurator.Message<T>(x => x.UsePartitioner(partitioner, m => m.Message.ZoneUpgradeId));
    }
}
