using Fleet.Contracts.Phases;
using Fleet.Contracts.Workers;
using Fleet.Worker.Phases.Reports;
using MassTransit;

namespace Fleet.Worker.Phases;

/// <summary>Takes phases from the pool's queue. It acknowledges at once: a run goes on in this process, kept alive by beats, not by an open delivery.</summary>
internal sealed class ExecutePhaseConsumer(PhaseRuns runs, ICoordinatorLink coordinator, WorkerOptions options) : IConsumer<ExecutePhase>
{
    public async Task Consume(ConsumeContext<ExecutePhase> context)
    {
        if (runs.Offer(context.Message) is { } reason)
        {
            var declined = new PhaseDeclined { ZoneUpgradeId = context.Message.ZoneUpgradeId, Epoch = context.Message.Epoch, WorkerId = options.WorkerId, Reason = reason };
            await coordinator.SendAsync(Endpoints.ZoneUpgrades, declined, context.CancellationToken);
        }
    }
}
