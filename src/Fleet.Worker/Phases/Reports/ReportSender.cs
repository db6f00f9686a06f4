using Fleet.Contracts.Phases;
using Fleet.Contracts.Workers;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Phases.Reports;

/// <summary>Sends the reports of one dispatch in order, and again until the coordinator has recorded them.</summary>
internal sealed partial class ReportSender(ICoordinatorLink link, Guid zoneUpgradeId, long epoch, TimeProvider time, ILogger<ReportSender> log)
{
    // The coordinator takes reports in order only: with several on their way at once, one overtaken by the next would come again a backoff later.
    private const int Window = 1;

    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly ReportQueue _queue = new();
    private readonly List<(long Sequence, TaskCompletionSource Done)> _waiting = [];
    private TaskCompletionSource _changed = NewSignal();
    private bool _closed;

    /// <summary>Queues a report and returns its number.</summary>
    public long Send(Func<long, IPhaseReport> make)
    {
        lock (_lock)
        {
            var sequence = _queue.Add(make);
            _changed.TrySetResult();
            return sequence;
        }
    }

    /// <summary>Returns when the report of that number, and all before it, are committed at the coordinator.</summary>
    public Task RecordedAsync(long sequence, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_queue.Recorded >= sequence)
                return Task.CompletedTask;
            var done = NewSignal();
            _waiting.Add((sequence, done));
            return done.Task.WaitAsync(cancellationToken);
        }
    }

    public void MarkRecorded(long upTo)
    {
        lock (_lock)
        {
            if (!_queue.MarkRecorded(upTo))
                return;
            foreach (var (_, done) in _waiting.Where(w => w.Sequence <= _queue.Recorded))
                done.TrySetResult();
            _waiting.RemoveAll(w => w.Sequence <= _queue.Recorded);
            _changed.TrySetResult();
        }
    }

    /// <summary>What is queued still goes out, then <see cref="RunAsync"/> returns.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _changed.TrySetResult();
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var backoff = new DoublingWait(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        var recorded = 0L;
        while (true)
        {
            IReadOnlyList<IPhaseReport> due;
            Task changed;
            lock (_lock)
            {
                if (_changed.Task.IsCompleted)
                    _changed = NewSignal();
                changed = _changed.Task;
                due = _queue.Window(Window);
                if (_queue.Recorded > recorded)
                {
                    recorded = _queue.Recorded;
                    backoff.Reset();
                }
                if (_closed && _queue.IsEmpty)
                    return;
            }

            if (due.Count == 0)
            {
                await changed.WaitAsync(cancellationToken);
                continue;
            }
            foreach (var report in due)
                await TrySendAsync(report, cancellationToken);
            await WaitForRecordedAsync(due[^1].Sequence, backoff.Next(), cancellationToken);
        }
    }

    private async Task WaitForRecordedAsync(long sequence, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await RecordedAsync(sequence, cancellationToken).WaitAsync(wait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            LogNotRecorded(zoneUpgradeId, epoch, sequence, wait.TotalSeconds);
        }
    }

    private async Task TrySendAsync(IPhaseReport report, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(SendLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await link.SendAsync(Endpoints.ZoneUpgrades, report, either.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogSendFailed(e, report.GetType().Name, zoneUpgradeId, epoch, report.Sequence);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
