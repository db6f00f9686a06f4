using System.Text;
using Fleet.Contracts.Decisions;

namespace Fleet.Worker.Ssh;

/// <summary>
/// Sends a file's bytes through the standard input of <c>dd</c>. SFTP is missing in some sites and would not be root behind sudo. Bytes are written to their place, not appended: an older connection's
/// last buffers may still be on their way into the same file, and then write the same bytes to the same place.
/// </summary>
internal static class FileAppender
{
    private const int Block = 1024 * 1024;
    private const int NotThatSize = 93;

    /// <summary>Opens the input even where no byte is to be sent.</summary>
    public static ReadOnlyMemory<byte> Greeting { get; } = "\n"u8.ToArray();

    public static long Start(long offset) => offset / Block * Block;

    public static string CommandLine(string path, long offset) =>
        $"exec sh -c {ShellQuote.Of(
            $"""
            read -r begin
            size=$(stat -c %s -- "$1" 2>/dev/null || echo 0)
            [ "$size" -ge {offset} ] || exit {NotThatSize}
            LC_ALL=C exec dd of="$1" bs={Block} seek={offset / Block} conv=notrunc
            """)} fleet {ShellQuote.Of(path)}";

    public static async Task SendAsync(RemoteExec exec, FirstboxLink link, ReadOnlyMemory<byte> before, Stream source, IProgress<long>? progress, string path, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, link.Broken);
        var said = new StringBuilder();
        // A write waits for the far end's window: it has its own thread, none of the pool's.
        var sending = Task.Factory.StartNew(() => Send(exec, link, before, source, progress, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var ending = exec.PumpAsync(
            static (_, _) => ValueTask.CompletedTask,
            (bytes, _) =>
            {
                if (said.Length < 4096)
                    said.Append(RemoteText.Decode(bytes.Span));
                return ValueTask.CompletedTask;
            },
            cancellationToken);
        try
        {
            var code = await ending;
            if (code != 0)
                throw Failed(code, link, path, said.ToString());
            await sending;
        }
        finally
        {
            // The source is the caller's again when this returns.
            await stop.CancelAsync();
            await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None));
            _ = sending.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private static void Send(RemoteExec exec, FirstboxLink link, ReadOnlyMemory<byte> before, Stream source, IProgress<long>? progress, CancellationToken stop)
    {
        var buffer = new byte[256 * 1024];
        using var input = exec.OpenInput();
        input.Write(before.Span);
        while (!exec.Done.IsCompleted && !stop.IsCancellationRequested)
        {
            var read = source.Read(buffer);
            if (read == 0)
                return;
            input.Write(buffer, 0, read);
            // Written means that the far end made room for what went before.
            link.Heard();
            progress?.Report(source.Position);
        }
    }

    private static RemoteShellException Failed(int? code, FirstboxLink link, string path, string said)
    {
        var finding = code == NotThatSize
            ? Finding.Of("remote-file-shorter", ("host", link.Firstbox), ("zone", link.Zone), ("path", path))
            : Finding.Of("remote-write-failed", ("host", link.Firstbox), ("zone", link.Zone), ("path", path), ("code", code?.ToString() ?? "none"));
        return new RemoteShellException(finding.WithLines(said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.Contains("records", StringComparison.Ordinal))));
    }
}
