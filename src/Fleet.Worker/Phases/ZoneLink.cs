using Fleet.Contracts.Phases;
using Fleet.Worker.Executions;
using Fleet.Worker.Phases.Reports;
using Fleet.Worker.Ssh;
using Fleet.Worker.Traces;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Phases;

/// <summary>A run's way to its firstbox: one connection, made again when it breaks. What is asked over it is safe to ask twice.</summary>
internal sealed partial class ZoneLink(IFirstboxes firstboxes, Func<IRemoteShell, IRemoteRunner> runners, string zone, FirstboxConnection connection, LinkAbsence absence, IdleLinks idle, WorkSpans spans, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private readonly Turn _connecting = new();
    private Hands? _hands;
    private Func<IRemoteRunner, CancellationToken, Task>? _greet;

    /// <summary>What each new connection begins with, the present one not counted. When it throws, the connection is not used.</summary>
    public void GreetWith(Func<IRemoteRunner, CancellationToken, Task> greet) => _greet = greet;

    /// <exception cref="SshLinkException">After the configured tries, or at once where trying again cannot help.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken) => await HandsAsync(cancellationToken);

    /// <summary>Asks once; a broken link throws.</summary>
    public async Task<T> OnceAsync<T>(Func<IRemoteShell, IRemoteRunner, Task<T>> ask, CancellationToken cancellationToken)
    {
        Hands? hands = null;
        try
        {
            hands = await HandsAsync(cancellationToken);
            var answer = await ask(hands.Shell, hands.Runner);
            absence.Answered();
            return answer;
        }
        catch (SshLinkException e)
        {
            if (hands is not null)
                await DropAsync(hands);
            absence.Failed(e);
            throw;
        }
    }

    /// <summary>Asks until it is answered, connecting again when the link breaks.</summary>
    /// <exception cref="SshLinkException">Where trying again cannot help: a changed host key, a refused login; and when the firstbox is away for longer than its limit.</exception>
    public async Task<T> UseAsync<T>(Func<IRemoteShell, IRemoteRunner, Task<T>> ask, CancellationToken cancellationToken)
    {
        var backoff = new DoublingWait(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(15));
        while (true)
        {
            try
            {
                return await OnceAsync(ask, cancellationToken);
            }
            catch (SshLinkException e) when (e.Transient && !cancellationToken.IsCancellationRequested)
            {
                LogBroken(zone, e.Reason.Code);
                await Task.Delay(backoff.Next(), time, cancellationToken);
            }
        }
    }

    /// <summary>The phase ended well: its connection may serve the next one.</summary>
    public async ValueTask KeepAsync()
    {
        if (Interlocked.Exchange(ref _hands, null) is { } hands)
            await idle.KeepAsync(zone, connection, hands.Shell);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _hands, null) is { } hands)
            await CloseAsync(hands);
    }

    private async Task<Hands> HandsAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _hands) is { } there)
            return there;
        using (await _connecting.TakeAsync(cancellationToken))
        {
            if (_hands is { } made)
                return made;
            var shell = idle.Take(zone, connection) ?? await NewAsync(cancellationToken);
            var hands = new Hands(shell, runners(shell));
            try
            {
                if (_greet is { } greet)
                    await greet(hands.Runner, cancellationToken);
            }
            catch
            {
                await CloseAsync(hands);
                throw;
            }
            return _hands = hands;
        }
    }

    /// <summary>A firstbox that takes connections and says nothing uses up every try's time: that it is away is told meanwhile.</summary>
    private async Task<IRemoteShell> NewAsync(CancellationToken cancellationToken)
    {
        using var span = spans.OfDispatch("ssh connect", System.Diagnostics.ActivityKind.Client);
        span.Set("server.address", connection.Firstbox.Host);
        span.Set("server.port", connection.Firstbox.Port);
        span.Set("fleet.ssh.hops", connection.Via.Count + 1);
        try
        {
            return await TellingAsync(firstboxes.ConnectAsync(zone, connection, cancellationToken), cancellationToken);
        }
        catch (Exception e) when (span.Saw(e))
        {
            throw;
        }
    }

    private async Task<IRemoteShell> TellingAsync(Task<IRemoteShell> connecting, CancellationToken cancellationToken)
    {
        using var connected = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // A timer may be a little early.
        while (!connecting.IsCompleted && !cancellationToken.IsCancellationRequested && absence.UntilTold is { } left)
        {
            await Task.WhenAny(connecting, WaitAsync(left > TimeSpan.Zero ? left + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, connected.Token));
            if (!connecting.IsCompleted)
                absence.TellIfDue();
        }
        connected.Cancel();
        return await connecting;
    }

    // Awaited in here, its cancelling goes on in this run's own context.
    private async Task WaitAsync(TimeSpan duration, CancellationToken cancellationToken) => await Task.Delay(duration, time, cancellationToken);

    private async Task DropAsync(Hands hands)
    {
        if (Interlocked.CompareExchange(ref _hands, null, hands) == hands)
            await CloseAsync(hands);
    }

    private static async Task CloseAsync(Hands hands)
    {
        try
        {
            await hands.Shell.DisposeAsync();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A broken link may fail to close; there is nothing left to keep of it.
        }
    }

    private sealed record Hands(IRemoteShell Shell, IRemoteRunner Runner);

    [LoggerMessage(3401, LogLevel.Information, "The link to {Zone} broke ({Reason}); connecting again")]
    private partial void LogBroken(string zone, string reason);
}
