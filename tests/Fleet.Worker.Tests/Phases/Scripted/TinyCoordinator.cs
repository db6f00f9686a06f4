using System.Collections.Concurrent;
using Fleet.Contracts.Guards;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Workers;
using MassTransit;

namespace Fleet.Worker.Tests.Phases.Scripted;

/// <summary>Takes reports in order, records them, renews leases; what a test wants done at a report, it says.</summary>
internal sealed class TinyCoordinator
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(Guid, long), long> _last = [];

    public List<IPhaseReport> Reports { get; } = [];
    public ConcurrentQueue<PhaseDeclined> Declined { get; } = new();
    public ConcurrentQueue<WorkerHeartbeat> Beats { get; } = new();
    public ConcurrentQueue<WatchRenewed> Renewed { get; } = new();

    /// <summary>Called once per report, after it is recorded.</summary>
    public Action<IPhaseReport>? OnReport { get; set; }

    /// <summary>False: reports are not answered.</summary>
    public Func<IPhaseReport, bool> Records { get; set; } = _ => true;

    public bool RenewsLeases { get; set; } = true;
    public ConcurrentDictionary<(Guid, long), bool> LostLeases { get; } = new();

    public int Deliveries { get; private set; }

    public long? Take(IPhaseReport report)
    {
        lock (_lock)
        {
            Deliveries++;
            if (!Records(report))
                return null;
            var key = (report.ZoneUpgradeId, report.Epoch);
            var last = _last.GetValueOrDefault(key);
            if (report.Sequence != last + 1)
                return last;
            _last[key] = report.Sequence;
            Reports.Add(report);
        }
        OnReport?.Invoke(report);
        return report.Sequence;
    }

    public IReadOnlyList<T> Of<T>()
        where T : IPhaseReport
    {
        lock (_lock)
            return [.. Reports.OfType<T>()];
    }

    public string Told()
    {
        lock (_lock)
            return string.Join(Environment.NewLine, Reports.Select(r => r.ToString()));
    }
}

internal sealed class TinyCoordinatorConsumer(TinyCoordinator coordinator) :
    IConsumer<PhaseAccepted>, IConsumer<PhaseDeclined>, IConsumer<StepStarting>, IConsumer<StepProgressed>, IConsumer<StepFinished>, IConsumer<PromptRaised>, IConsumer<PromptAnswered>,
    IConsumer<PromptWithdrawn>, IConsumer<PhaseSucceeded>, IConsumer<PhaseHeld>, IConsumer<PhaseFailed>, IConsumer<PhaseStopped>
{
    public Task Consume(ConsumeContext<PhaseAccepted> context) => TakeAsync(context);
    public Task Consume(ConsumeContext<StepStarting> context) => TakeAsync(context);
    public Task Consume(ConsumeContext<StepProgressed> context) => TakeAsync(context);
    public Task Consume(ConsumeContext<StepFinished> context) => TakeAsync(context);
    public Task Consume(ConsumeContext<PromptRaised> context) => TakeAsync(context);
    public Task Consume(ConsumeContext<PromptAnswered> context) => TakeAsync(context);
    public Task Consume(ConsumeContext<PromptWithdrawn> context) => TakeAsync(context);
    public Task Consume(ConsumeContext<PhaseSucceeded> context) => TakeAsync(context);
    public Task Consume(ConsumeContext<PhaseHeld> context) => TakeAsync(context);
    public Task Consume(ConsumeContext<PhaseFailed> context) => TakeAsync(context);
    public Task Consume(ConsumeContext<PhaseStopped> context) => TakeAsync(context);

    public Task Consume(ConsumeContext<PhaseDeclined> context)
    {
        coordinator.Declined.Enqueue(context.Message);
        return Task.CompletedTask;
    }

    private async Task TakeAsync<T>(ConsumeContext<T> context)
        where T : class, IPhaseReport
    {
        if (coordinator.Take(context.Message) is not { } upTo)
            return;
        var worker = await context.GetSendEndpoint(new Uri($"exchange:{Endpoints.Worker(context.Message.WorkerId)}"));
        await worker.Send(new PhaseReportsRecorded(context.Message.ZoneUpgradeId, context.Message.Epoch, upTo));
    }
}

internal sealed class TinyWatchConsumer(TinyCoordinator coordinator) : IConsumer<WatchRenewed>
{
    public Task Consume(ConsumeContext<WatchRenewed> context)
    {
        coordinator.Renewed.Enqueue(context.Message);
        return Task.CompletedTask;
    }
}

internal sealed class TinyBeatConsumer(TinyCoordinator coordinator) : IConsumer<WorkerHeartbeat>
{
    public async Task Consume(ConsumeContext<WorkerHeartbeat> context)
    {
        var beat = context.Message;
        coordinator.Beats.Enqueue(beat);
        var held = beat.Holds.Select(h => new LeaseRenewal(h.ZoneUpgradeId, h.Epoch)).ToList();
        var lost = held.Where(h => coordinator.LostLeases.ContainsKey((h.ZoneUpgradeId, h.Epoch))).ToList();
        var renewed = coordinator.RenewsLeases ? held.Except(lost).ToList() : [];
        var worker = await context.GetSendEndpoint(new Uri($"exchange:{Endpoints.Worker(beat.WorkerId)}"));
        await worker.Send(new HeartbeatRecorded(beat.WorkerId, beat.Beat, renewed, lost));
    }
}
