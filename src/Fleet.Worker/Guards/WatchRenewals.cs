using System.Collections.Concurrent;
using Fleet.Contracts.Guards;
using Fleet.Contracts.Workers;
using Fleet.Worker.Executions;
using Fleet.Worker.Phases.Reports;
using Fleet.Worker.Ssh;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Guards;

/// <summary>
/// Renewals in hand. A firstbox may take its time to answer, and phases come by the same queue, so a request is acknowledged at once. One that comes to nothing is not told of: the coordinator asks again.
/// </summary>
internal sealed partial class WatchRenewals(
    IFirstboxes firstboxes, Func<IRemoteShell, IRemoteRunner> runners, ICoordinatorLink coordinator, WorkerOptions options, ILogger<WatchRenewals> log) : IHostedService, IDisposable
{
    private const int AtOnce = 8;

    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _slots = new(AtOnce);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>While one is in hand, another for the same rule says nothing new.</summary>
    public void Offer(RenewWatch renew)
    {
        var begun = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_running.TryAdd(renew.WatchId, begun.Task))
            begun.SetResult(RunAsync(renew));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _slots.Dispose();
    }

    private async Task RunAsync(RenewWatch renew)
    {
        await Task.Yield();
        try
        {
            await _slots.WaitAsync(_stop.Token);
            try
            {
                await RenewAsync(renew, _stop.Token);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            LogFailed(renew.Guard, renew.Zone, e is SshLinkException link ? link.Reason.Code : $"{e.GetType().Name}: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            // This worker goes; another is asked.
        }
        finally
        {
            _running.TryRemove(renew.WatchId, out _);
        }
    }

    private async Task RenewAsync(RenewWatch renew, CancellationToken cancellationToken)
    {
        await using var shell = await firstboxes.ConnectAsync(renew.Zone, renew.Connection, cancellationToken);
        var reply = await runners(shell).RenewAsync(renew.WatchId, renew.Epoch, renew.Installation, cancellationToken);
        if (reply.Status is not { } status)
        {
            LogRefused(renew.Guard, renew.Zone, reply.Refusal, reply.Detail);
            return;
        }

        await coordinator.SendAsync(
            Endpoints.Guards,
            new WatchRenewed
            {
                ZoneUpgradeId = renew.ZoneUpgradeId,
                Guard = renew.Guard,
                WatchId = renew.WatchId,
                WorkerId = options.WorkerId,
                AskedAt = renew.AskedAt,
                State = status.State,
                Revived = status.Revived,
                Outcome = status.Outcome,
                OutcomeAt = status.OutcomeAt,
                Why = status.Why,
            },
            cancellationToken);
    }

    [LoggerMessage(3821, LogLevel.Warning, "The dead-man's rule of {Guard} on {Zone} could not be renewed ({Problem}); it is asked for again")]
    private partial void LogFailed(string guard, string zone, string problem);

    [LoggerMessage(3822, LogLevel.Warning, "{Zone} refused to renew the dead-man's rule of {Guard}: {Refusal} ({Detail})")]
    private partial void LogRefused(string guard, string zone, Refusal refusal, string detail);
}
