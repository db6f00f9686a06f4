using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat;

/// <summary>Work for which a chat does not wait: it wants its answer within seconds. So much at a time and no more, each with a limit.</summary>
internal sealed partial class Afterwards(ILogger<Afterwards> logger, CancellationToken stopping)
{
    private const int Most = 64;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private int running;

    /// <returns>False: too much is going on; nothing was begun.</returns>
    public bool TryRun(string what, Func<CancellationToken, Task> work)
    {
        if (Interlocked.Increment(ref running) > Most)
        {
            Interlocked.Decrement(ref running);
            return false;
        }

        _ = Task.Run(() => RunAsync(what, work), CancellationToken.None);
        return true;
    }

    private async Task RunAsync(string what, Func<CancellationToken, Task> work)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(Limit);
        try
        {
            await work(limit.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            LogFailed(e, what);
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }
}
