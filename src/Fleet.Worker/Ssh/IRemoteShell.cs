namespace Fleet.Worker.Ssh;

/// <summary>
/// One authenticated, pinned connection to a firstbox, as root. Commands are short: nothing that must survive runs in here, only under the remote runner.
/// Several may run side by side (at most 8). Broken links throw <see cref="SshLinkException"/>; a command that ended is a value.
/// </summary>
internal interface IRemoteShell : IAsyncDisposable
{
    /// <summary>Runs a POSIX-sh script. The script travels on standard input, never in argv; output over the limit is an <see cref="SshLinkException"/>'s sibling failure, not a hang.</summary>
    Task<RemoteResult> RunAsync(string script, CancellationToken cancellationToken, int maxOutputBytes = 16 * 1024 * 1024);

    /// <summary>Runs a command line with these bytes on standard input and hands over output as it comes; returns the exit code, or null if the server gave none.</summary>
    Task<int?> StreamAsync(string commandLine, ReadOnlyMemory<byte> input, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> onOutput, CancellationToken cancellationToken);

    /// <summary>Appends a local stream's bytes from <paramref name="offset"/> on to a remote file whose size is that offset. Reports bytes sent so far.</summary>
    Task AppendFileAsync(string remotePath, Stream source, long offset, IProgress<long>? progress, CancellationToken cancellationToken);
}

/// <param name="ExitCode">Null when the server gave none (killed by a signal).</param>
internal sealed record RemoteResult(int? ExitCode, byte[] Output, byte[] Error)
{
    public bool Ok => ExitCode == 0;

    /// <summary>Output as text: UTF-8, else GB18030.</summary>
    public string Text => RemoteText.Decode(Output);
    public string ErrorText => RemoteText.Decode(Error);
}
