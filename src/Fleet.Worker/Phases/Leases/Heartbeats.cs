using System.Collections.Concurrent;
using Fleet.Contracts;
using Fleet.Contracts.Workers;
using Fleet.Worker.Metrics;
using Fleet.Worker.Phases.Reports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Phases.Leases;

/// <summary>Tells the coordinator what is true now, every third of the lease and at once when a slot was taken or freed. What it records renews the leases.</summary>
internal sealed partial class Heartbeats(PhaseRuns runs, ICoordinatorLink link, WorkerOptions options, TimeProvider time, ILogger<Heartbeats> log) : BackgroundService
{
    // Many slots change at once when a rollout starts: one beat tells them all.
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(250);

    private static readonly string Version = typeof(Heartbeats).Assembly.GetName().Version?.ToString(3) ?? "0";

    private readonly ConcurrentDictionary<long, long> _sent = new();
    private long _beat;

    public void Take(HeartbeatRecorded recorded)
    {
        if (recorded.WorkerId != options.WorkerId)
            return;
        foreach (var lost in recorded.Lost)
            runs.Lose(lost.ZoneUpgradeId, lost.Epoch);
        if (!_sent.TryGetValue(recorded.Beat, out var sentAt))
            return;
        foreach (var renewed in recorded.Renewed)
            runs.Renew(renewed.ZoneUpgradeId, renewed.Epoch, sentAt);
    }

    /// <summary>One beat, for those who must be heard before the process ends.</summary>
    public async Task BeatAsync(CancellationToken cancellationToken)
    {
        var beat = Interlocked.Increment(ref _beat);
        _sent[beat] = time.GetTimestamp();
        _sent.TryRemove(beat - 20, out _);
        var holds = runs.Holds();
        try
        {
            await link.SendAsync(Endpoints.Workers, new WorkerHeartbeat
            {
                Contract = ContractNumber.Current,
                WorkerId = options.WorkerId,
                Pool = options.Pool,
                Host = Environment.MachineName,
                Version = Version,
                Beat = beat,
                At = time.GetUtcNow(),
                MaxZones = options.MaxZones,
                FreeSlots = runs.FreeSlots,
                Draining = runs.Draining,
                Holds = holds,
            }, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotSent(e, beat);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        WorkerMetrics.Begin();
        while (!stoppingToken.IsCancellationRequested)
        {
            var seen = runs.Changed.Version;
            var interval = LeaseRules.Beat(runs.Leases(), options.IdleBeat);
            using var limit = new CancellationTokenSource(interval > TimeSpan.FromSeconds(5) ? TimeSpan.FromSeconds(5) : interval, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
            try
            {
                await BeatAsync(either.Token);
            }
            catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
            {
                LogSlow(interval.TotalSeconds);
            }

            try
            {
                await Task.Delay(Least, time, stoppingToken);
                await runs.Changed.WaitAsync(seen, interval - Least > TimeSpan.Zero ? interval - Least : Least, time, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
