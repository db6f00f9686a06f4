using Fleet.Orchestration.Reconciling;
using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Orchestration.Metrics;

/// <summary>Reads the fleet for its gauges now and then, with a few queries, while this coordinator leads. A scrape reads nothing.</summary>
internal sealed partial class Snapshots(
    IDbContextFactory<FleetDbContext> contexts, Leadership leadership, FleetMeter meter, Snapshot snapshot, OrchestrationOptions options, TimeProvider time, ILogger<Snapshots> logger) : BackgroundService
{
    /// <summary>How soon it is seen at most that the lead was taken or lost.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private DateTimeOffset _readAt;
    private bool _failed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        meter.Begin();
        using var timer = new PeriodicTimer(options.Metrics.Interval < Look ? options.Metrics.Interval : Look, time);
        do
            await ReadAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (leadership.Since is null)
        {
            snapshot.Clear(leads: false);
            _readAt = default;
            return;
        }

        if (time.GetUtcNow() - _readAt < options.Metrics.Interval)
            return;
        _readAt = time.GetUtcNow();
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            snapshot.Show(await SnapshotReader.ReadAsync(db, options, time.GetUtcNow(), cancellationToken));
            _failed = false;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            snapshot.Clear(leads: true);
            // The reconciler tells of a store that is away, again and again.
            if (!_failed)
                LogFailed(e.Message);
            _failed = true;
        }
    }

    [LoggerMessage(2300, LogLevel.Warning, "The gauges of the fleet could not be read and show nothing meanwhile: {Reason}")]
    private partial void LogFailed(string reason);
}
