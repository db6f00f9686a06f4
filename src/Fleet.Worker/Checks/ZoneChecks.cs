using System.Collections.Concurrent;
using Fleet.Contracts.Checks;
using Fleet.Contracts.Workers;
using Fleet.Worker.Phases.Reports;
using Fleet.Worker.Redaction;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Checks;

/// <summary>
/// Checks in hand. A command is acknowledged at once, since a check may outlast the broker's patience; where this process dies with it, the coordinator sends it again.
/// </summary>
internal sealed partial class ZoneChecks(ZoneLooks looks, ICoordinatorLink coordinator, KnownSecrets secrets, TimeProvider time, ILogger<ZoneChecks> log) : IHostedService, IDisposable
{
    /// <summary>Looked at side by side; a check.py of a large zone takes minutes, and mostly waits.</summary>
    private const int AtOnce = 16;

    private static readonly TimeSpan SendAgain = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<Guid, Task> _running = new();
    private readonly SemaphoreSlim _slots = new(AtOnce);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>The same check again, while it is in hand, is the same check.</summary>
    public void Offer(CheckZone check)
    {
        var begun = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_running.TryAdd(check.ZoneCheckId, begun.Task))
            begun.SetResult(RunAsync(check));
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

    private async Task RunAsync(CheckZone check)
    {
        await Task.Yield();
        try
        {
            await _slots.WaitAsync(_stop.Token);
            try
            {
                await TellAsync(new ZoneRedaction(secrets, check.Zone).Checked(await looks.LookAsync(check, _stop.Token)));
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Another worker gets it when it is sent again.
        }
        catch (Exception e)
        {
            LogFailed(e, check.Zone);
        }
        finally
        {
            _running.TryRemove(check.ZoneCheckId, out _);
        }
    }

    private async Task TellAsync(ZoneChecked result)
    {
        while (true)
        {
            try
            {
                await coordinator.SendAsync(Endpoints.Checks, result, _stop.Token);
                return;
            }
            catch (Exception e) when (!_stop.IsCancellationRequested)
            {
                LogNotSent(result.Zone, e.Message);
                await Task.Delay(SendAgain, time, _stop.Token);
            }
        }
    }

    [LoggerMessage(3811, LogLevel.Warning, "The check of {Zone} failed")]
    private partial void LogFailed(Exception exception, string zone);

    [LoggerMessage(3812, LogLevel.Warning, "What was found on {Zone} could not be sent ({Problem}); it is sent again")]
    private partial void LogNotSent(string zone, string problem);
}
