using Fleet.Worker.Phases.Leases;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Phases;

/// <summary>On the way out: nothing new is taken, what runs is let go for others to take over, and the coordinator hears of it. Nothing on a zone is stopped.</summary>
internal sealed partial class Handover(PhaseRuns runs, Heartbeats beats, ILogger<Handover> log) : IHostedLifecycleService
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Before anything is stopped: the bus must still carry the last beat.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await runs.DrainAsync(limit.Token);
            await beats.BeatAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            LogLate(Limit.TotalSeconds);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(3031, LogLevel.Warning, "Not all phases were let go within {Seconds} s; their leases will expire")]
    private partial void LogLate(double seconds);
}
