using Fleet.Orchestration.Reconciling;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Orchestration.Traces;

/// <summary>
/// Whoever leads writes the spans of zone upgrades and rollouts from the records, as they begin and end. What was not taken is owed, over a crash and over hours without a receiver;
/// nothing waits in memory, for the records say it again.
/// </summary>
internal sealed partial class TraceExport(
    TraceReader reader, TraceMark mark, IRecordedSpans receiver, Leadership leadership, OrchestrationOptions options, TimeProvider time, ILogger<TraceExport> logger) : BackgroundService
{
    /// <summary>In one message to the receiver.</summary>
    private const int Batch = 100;

    /// <summary>A transaction that took an audit number this long ago has ended: what is below such a number and not there will not come.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan MarkEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly SpanActivities _activities = new();
    private readonly Dictionary<Guid, (string Seen, HashSet<string> Taken)> _owners = [];
    private DateTimeOffset? _leadsSince;
    private DateTimeOffset _markAt;
    private DateTimeOffset _nextAt;
    private TimeSpan _pause;
    private long _mark;

    public override void Dispose()
    {
        _activities.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (receiver.Wanted && _activities.Problem() is { } problem)
        {
            LogImpossible(problem);
            return;
        }

        using var timer = new PeriodicTimer(options.Reconciler.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // What is owed stays owed.
        }
    }

    private async Task TryTickAsync(CancellationToken cancellationToken)
    {
        try
        {
            await TickAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Failed(e);
        }
    }

    internal async Task TickAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (leadership.Since is not { } since)
        {
            _leadsSince = null;
            return;
        }

        if (now < _nextAt)
            return;
        if (_leadsSince != since)
        {
            _owners.Clear();
            if (receiver.Wanted)
                _mark = await mark.ReadAsync(cancellationToken);
            else
                await mark.ForgetAsync(cancellationToken);
            _leadsSince = since;
        }

        if (!receiver.Wanted)
            return;
        if (await ExportAsync(cancellationToken))
            await SettleAsync(now, cancellationToken);
        else
            Failed(null);
    }

    private async Task<bool> ExportAsync(CancellationToken cancellationToken)
    {
        var owners = await reader.OwnersAsync(_mark, cancellationToken);
        foreach (var gone in _owners.Keys.Except(owners.Select(o => o.Id)).ToList())
            _owners.Remove(gone);
        foreach (var owner in owners)
        {
            var known = _owners.GetValueOrDefault(owner.Id);
            if (known.Seen == owner.Seen)
                continue;
            var taken = known.Taken ?? [];
            _owners[owner.Id] = ("", taken);
            var owed = (await reader.SpansAsync(owner, cancellationToken)).Where(s => s.KnownBy > _mark && !taken.Contains(s.Id)).ToList();
            foreach (var batch in owed.Chunk(Batch))
            {
                if (!await receiver.ExportAsync([.. batch.Select(_activities.Make)], cancellationToken))
                    return false;
                taken.UnionWith(batch.Select(s => s.Id));
            }

            _owners[owner.Id] = (owner.Seen, taken);
        }

        return true;
    }

    private async Task SettleAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_pause > TimeSpan.Zero)
            LogTaken();
        _pause = TimeSpan.Zero;
        if (now < _markAt)
            return;
        _markAt = now + MarkEvery;
        if (await reader.WrittenBeforeAsync(_mark, now - Late, cancellationToken) is not { } settled)
            return;
        await mark.MoveAsync(settled, cancellationToken);
        _mark = settled;
    }

    /// <summary>Told once until it works again; then tried less and less often.</summary>
    private void Failed(Exception? exception)
    {
        if (_pause == TimeSpan.Zero)
            LogNotTaken(exception);
        var longer = _pause == TimeSpan.Zero ? TimeSpan.FromSeconds(1) : 2 * _pause;
        _pause = longer < LongestPause ? longer : LongestPause;
        _nextAt = time.GetUtcNow() + _pause;
    }
}
