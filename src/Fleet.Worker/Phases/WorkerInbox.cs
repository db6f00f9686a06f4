using Fleet.Contracts.Phases;
using Fleet.Contracts.Workers;
using Fleet.Worker.Phases.Leases;
using MassTransit;

namespace Fleet.Worker.Phases;

/// <summary>What the coordinator tells this very worker.</summary>
internal sealed class WorkerInbox(PhaseRuns runs, Heartbeats beats)
    : IConsumer<PhaseReportsRecorded>, IConsumer<AnswerPrompt>, IConsumer<StopPhase>, IConsumer<HeartbeatRecorded>
{
    public Task Consume(ConsumeContext<PhaseReportsRecorded> context)
    {
        runs.Recorded(context.Message);
        return Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<AnswerPrompt> context)
    {
        runs.Answer(context.Message);
        return Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<StopPhase> context)
    {
        runs.Stop(context.Message);
        return Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<HeartbeatRecorded> context)
    {
        beats.Take(context.Message);
        return Task.CompletedTask;
    }
}
