using System.Text;
using Fleet.Contracts.Decisions;

namespace Fleet.Worker.Ssh;

/// <inheritdoc cref="IRemoteShell"/>
internal sealed class RemoteShell(FirstboxLink link, Elevation elevation, Task pulse) : IRemoteShell
{
    /// <summary>sshd allows ten sessions per connection; the pulse needs one.</summary>
    private const int MaxChannels = 8;
    private const int MaxErrorBytes = 256 * 1024;

    /// <summary>The whole script is read before its first command runs, so that no command can eat the rest of it from standard input.</summary>
    private const string ScriptReader = "exec sh -c 'PATH=\"$PATH:/usr/local/sbin:/usr/sbin:/sbin\"; export PATH; eval \"$(cat)\"'";
    private readonly SemaphoreSlim channels = new(MaxChannels);

    public async Task<RemoteResult> RunAsync(string script, CancellationToken cancellationToken, int maxOutputBytes = 16 * 1024 * 1024)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var code = await ExecuteAsync(
            ScriptReader,
            Encoding.UTF8.GetBytes(script + "\n"),
            (bytes, _) =>
            {
                if (output.Length + bytes.Length > maxOutputBytes)
                    throw new RemoteShellException(Finding.Of("remote-output-too-big", ("host", link.Firstbox), ("zone", link.Zone), ("limit", $"{maxOutputBytes}")));
                output.Write(bytes.Span);
                return ValueTask.CompletedTask;
            },
            (bytes, _) =>
            {
                error.Write(bytes.Span[..(int)Math.Min(bytes.Length, MaxErrorBytes - error.Length)]);
                return ValueTask.CompletedTask;
            },
            cancellationToken);
        return new RemoteResult(code, output.ToArray(), error.ToArray());
    }

    public Task<int?> StreamAsync(string commandLine, ReadOnlyMemory<byte> input, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> onOutput, CancellationToken cancellationToken) =>
        ExecuteAsync(commandLine, input, onOutput, static (_, _) => ValueTask.CompletedTask, cancellationToken);

    public async Task AppendFileAsync(string remotePath, Stream source, long offset, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await channels.WaitAsync(cancellationToken);
        RemoteExec? exec = null;
        try
        {
            // The source goes back to a whole block; the same bytes in the same place do no harm.
            var start = FileAppender.Start(offset);
            source.Position = start;
            var (line, before) = elevation.Wrap(FileAppender.CommandLine(remotePath, offset), FileAppender.Greeting);
            exec = await RemoteExec.StartAsync(link, line, cancellationToken);
            await FileAppender.SendAsync(exec, link, before, source, progress, remotePath, cancellationToken);
        }
        finally
        {
            Leave(exec);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await link.DisposeAsync();
        await pulse;
    }

    private async Task<int?> ExecuteAsync(
        string commandLine,
        ReadOnlyMemory<byte> input,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> onOutput,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> onError,
        CancellationToken cancellationToken)
    {
        await channels.WaitAsync(cancellationToken);
        RemoteExec? exec = null;
        try
        {
            var (line, whole) = elevation.Wrap(commandLine, input);
            exec = await RemoteExec.StartAsync(link, line, cancellationToken);
            // A command may end without reading all of its input; what writing has to say then is of no use.
            _ = exec.FeedAsync(whole).ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return await exec.PumpAsync(onOutput, onError, cancellationToken);
        }
        finally
        {
            Leave(exec);
        }
    }

    private void Leave(RemoteExec? exec)
    {
        if (exec is null)
            channels.Release();
        else
            exec.Leave(() => channels.Release());
    }
}
