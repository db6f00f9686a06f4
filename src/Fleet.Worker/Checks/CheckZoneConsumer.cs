using Fleet.Contracts;
using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Probes;
using Fleet.Contracts.Workers;
using Fleet.Worker.Phases.Reports;
using MassTransit;

namespace Fleet.Worker.Checks;

internal sealed class CheckZoneConsumer(ZoneChecks checks, ICoordinatorLink coordinator, WorkerOptions options, TimeProvider time) : IConsumer<CheckZone>
{
    public async Task Consume(ConsumeContext<CheckZone> context)
    {
        if (context.Message.Contract <= ContractNumber.Current)
            checks.Offer(context.Message);
        else
            await coordinator.SendAsync(Endpoints.Checks, TooNew(context.Message), context.CancellationToken);
    }

    private ZoneChecked TooNew(CheckZone check) => new()
    {
        ZoneCheckId = check.ZoneCheckId,
        Zone = check.Zone,
        WorkerId = options.WorkerId,
        StartedAt = time.GetUtcNow(),
        EndedAt = time.GetUtcNow(),
        Stages = [new ProbeStage("worker", Finding.Of("probe-too-new", ("zone", check.Zone), ("contract", $"{check.Contract}"), ("known", $"{ContractNumber.Current}")))],
        Steps = [],
    };
}
