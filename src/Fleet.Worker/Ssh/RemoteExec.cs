using System.Buffers;
using Fleet.Contracts.Decisions;
using Renci.SshNet;

namespace Fleet.Worker.Ssh;

/// <summary>One command on one channel. The library's streams block a thread for each waiting reader, so they are read only when they have something.</summary>
internal sealed class RemoteExec
{
    /// <summary>The library buffers without bound what nobody reads. A reader that is so far behind starts again from its offset.</summary>
    private const long MaxUnread = 64 * 1024 * 1024;
    private readonly FirstboxLink link;
    private readonly SshCommand command;

    private RemoteExec(FirstboxLink link, SshCommand command, Task done) => (this.link, this.command, Done) = (link, command, done);

    /// <summary>Ends with the command, or with the library's exception.</summary>
    public Task Done { get; }

    /// <exception cref="SshLinkException">The link is broken, or the server gives no channel.</exception>
    public static async Task<RemoteExec> StartAsync(FirstboxLink link, string line, CancellationToken cancellationToken)
    {
        if (link.Broken.IsCancellationRequested)
            throw link.Error();
        SshCommand command;
        try
        {
            command = link.Client.CreateCommand(line);
        }
        catch (Exception e)
        {
            throw link.Explain(e);
        }

        // Opening a channel waits for the server on its thread. Our token is not for the library: it would signal the command.
        var opening = Task.Run(() => new RemoteExec(link, command, command.ExecuteAsync(CancellationToken.None)), CancellationToken.None);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, link.Broken);
        try
        {
            var exec = await opening.WaitAsync(either.Token);
            link.Heard();
            return exec;
        }
        catch (OperationCanceledException)
        {
            _ = opening.ContinueWith(static (t, c) => { _ = t.Exception; ((SshCommand)c!).Dispose(); }, command, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            cancellationToken.ThrowIfCancellationRequested();
            throw link.Error();
        }
        catch (Exception e)
        {
            command.Dispose();
            throw link.Explain(e);
        }
    }

    /// <summary>Writes and closes standard input, on a thread of the pool.</summary>
    public Task FeedAsync(ReadOnlyMemory<byte> input) => input.IsEmpty ? Task.CompletedTask : Task.Run(() =>
    {
        using var stream = OpenInput();
        stream.Write(input.Span);
    });

    /// <summary>Writes block, and after the command's end they vanish in silence: look at <see cref="Done"/> between them.</summary>
    public Stream OpenInput()
    {
        try
        {
            return command.CreateInputStream();
        }
        catch (InvalidOperationException) when (Done.IsCompleted)
        {
            return Stream.Null;
        }
    }

    /// <summary>Hands over output until the command ends.</summary>
    /// <returns>The exit code, or null if the server gave none.</returns>
    /// <exception cref="SshLinkException">The link broke before the end was heard of.</exception>
    public async Task<int?> PumpAsync(
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> onOutput, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> onError, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, link.Broken);
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var leaving = either.Token.Register(() => left.TrySetResult());
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (true)
            {
                var ended = Done.IsCompleted;
                await DrainAsync(command.OutputStream, buffer, onOutput, cancellationToken);
                await DrainAsync(command.ExtendedOutputStream, buffer, onError, cancellationToken);
                if (ended)
                    return Exit();
                using (var waiter = OutputWatch.Shared.Watch(command))
                    await Task.WhenAny(Done, waiter.Something, left.Task);
                cancellationToken.ThrowIfCancellationRequested();
                if (either.IsCancellationRequested && !Done.IsCompleted)
                    throw link.Error();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Closes the channel without waiting for the far end; what runs there is left alone. <paramref name="then"/> is called when it is closed.</summary>
    public void Leave(Action then)
    {
        _ = Done.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        if (Done.IsCompleted)
        {
            command.Dispose();
            then();
            return;
        }

        _ = Task.Run(() =>
        {
            try
            {
                command.Dispose();
            }
            finally
            {
                then();
            }
        });
    }

    private int? Exit()
    {
        if (Done.Exception is { } failed)
            throw link.Explain(failed.GetBaseException());
        // A connection that dies can look like a command without an exit code; a signal says its name.
        if (command.ExitStatus is null && string.IsNullOrEmpty(command.ExitSignal) && !link.SeemsUp)
            throw link.Error();
        link.Heard();
        return command.ExitStatus;
    }

    private async ValueTask DrainAsync(Stream stream, byte[] buffer, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancellationToken)
    {
        while (stream.Length is > 0 and var unread)
        {
            if (unread > MaxUnread)
                throw new SshLinkException(Finding.Of("ssh-output-too-fast", ("host", link.Firstbox), ("zone", link.Zone), ("limit", $"{MaxUnread >> 20} MiB")), transient: true);
            // There is something and no other reader: this does not wait.
            var read = stream.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, unread)));
            link.Heard();
            await take(buffer.AsMemory(0, read), cancellationToken);
        }
    }
}
