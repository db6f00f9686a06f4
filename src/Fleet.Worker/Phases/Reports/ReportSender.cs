using Fleet.Contracts.Phases;
using Fleet.Contracts.Workers;
using Fleet.Worker.Redaction;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Phases.Reports;

/// <summary>Sends the reports of one dispatch in order, and again until the coordinator has recorded them.</summary>
internal sealed partial class ReportSender(ICoordinatorLink link, Guid zoneUpgradeId, long epoch, ZoneRedaction redaction, TimeProvider time, ILogger<ReportSender> log)
{
    // The coordinator takes reports in order only: with several on their way at once, one overtaken by the next would come again a backoff later.
    private const int Window = 1;

    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly ReportQueue _queue = new();
    private readonly Signal _changed = new();
    private bool _closed;

    /// <summary>Queues a report and returns its number.</summary>
    public long Send(Func<long, IPhaseReport> make)
    {
        lock (_lock)
        {
            var sequence = _queue.Add(n => redaction.Report(make(n)));
            _changed.Set();
            return sequence;
        }
    }

    /// <summary>Returns when the report of that number, and all before it, are committed at the coordinator.</summary>
    public async Task RecordedAsync(long sequence, CancellationToken cancellationToken)
    {
        while (Look(sequence) is { } seen)
            await _changed.WaitAsync(seen, cancellationToken);
    }

    public void MarkRecorded(long upTo)
    {
        lock (_lock)
        {
            if (!_queue.MarkRecorded(upTo))
                return;
            _changed.Set();
        }
    }

    /// <summary>What is queued still goes out, then <see cref="RunAsync"/> returns.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _changed.Set();
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var backoff = new DoublingWait(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        var recorded = 0L;
        while (true)
        {
            IReadOnlyList<IPhaseReport> due;
            long seen;
            lock (_lock)
            {
                seen = _changed.Version;
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
                await _changed.WaitAsync(seen, cancellationToken);
                continue;
            }
            foreach (var report in due)
                await TrySendAsync(report, cancellationToken);
            await WaitForRecordedAsync(due[^1].Sequence, backoff.Next(), cancellationToken);
        }
    }

    private async Task WaitForRecordedAsync(long sequence, TimeSpan wait, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (Look(sequence) is { } seen)
        {
            var left = wait - time.GetElapsedTime(began);
            if (left > TimeSpan.Zero && await _changed.WaitAsync(seen, left, time, cancellationToken))
                continue;
            LogNotRecorded(zoneUpgradeId, epoch, sequence, wait.TotalSeconds);
            return;
        }
    }

    /// <summary>Null: it is recorded; else the change up to which it was not.</summary>
    private long? Look(long sequence)
    {
        lock (_lock)
            return _queue.Recorded >= sequence ? null : _changed.Version;
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
}
