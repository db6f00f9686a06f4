using System.Diagnostics;
using Fleet.Contracts.Decisions;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Tests.Executions;

/// <summary>The seam to a firstbox over OpenSSH's own client: each exec is a connection of its own, so that a cut one is cut alone.</summary>
/// <param name="path">Put before PATH on the far side: a folder of stand-ins for tools.</param>
internal sealed class CliShell(LocalSshd sshd, int? port = null, string? path = null) : IRemoteShell
{
    private const int LinkBroken = 255;

    /// <summary>The most bytes that one exec has sent.</summary>
    public long MostAtOnce { get; private set; }

    public async Task<RemoteResult> RunAsync(string script, CancellationToken cancellationToken, int maxOutputBytes = 16 * 1024 * 1024)
    {
        using var ssh = Start("sh");
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        await Task.WhenAll(
            FeedAsync(ssh, System.Text.Encoding.UTF8.GetBytes(script)),
            ssh.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken),
            ssh.StandardError.BaseStream.CopyToAsync(error, cancellationToken));
        await ssh.WaitForExitAsync(cancellationToken);
        return ssh.ExitCode == LinkBroken ? throw Broken() : new RemoteResult(ssh.ExitCode, output.ToArray(), error.ToArray());
    }

    public async Task<int?> StreamAsync(
        string commandLine, ReadOnlyMemory<byte> input, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> onOutput, CancellationToken cancellationToken)
    {
        using var ssh = Start(commandLine);
        try
        {
            var errors = ssh.StandardError.ReadToEndAsync(cancellationToken);
            var feeding = FeedAsync(ssh, input);
            var buffer = new byte[32 * 1024];
            int read;
            var all = 0L;
            while ((read = await ssh.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                MostAtOnce = Math.Max(MostAtOnce, all += read);
                await onOutput(buffer.AsMemory(0, read), cancellationToken);
            }
            await ssh.WaitForExitAsync(cancellationToken);
            await feeding;
            await errors;
            return ssh.ExitCode == LinkBroken ? throw Broken() : ssh.ExitCode;
        }
        finally
        {
            if (!ssh.HasExited)
                ssh.Kill();
        }
    }

    public Task AppendFileAsync(string remotePath, Stream source, long offset, IProgress<long>? progress, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The runner uploads nothing but itself.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static SshLinkException Broken() => new(Finding.Of("link-broken"), transient: true);

    private static async Task FeedAsync(Process ssh, ReadOnlyMemory<byte> input)
    {
        try
        {
            await ssh.StandardInput.BaseStream.WriteAsync(input);
            ssh.StandardInput.Close();
        }
        catch (IOException)
        {
            // The far side ended before it read all.
        }
    }

    private Process Start(string commandLine)
    {
        var info = new ProcessStartInfo("ssh") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] options = ["BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "IdentitiesOnly=yes", "ControlMaster=no", "ConnectTimeout=20"];
        foreach (var argument in (string[])["-F", "none", "-T", "-i", sshd.Identity, "-p", $"{port ?? sshd.Port}", .. options.SelectMany(o => (string[])["-o", o]), "root@127.0.0.1"])
            info.ArgumentList.Add(argument);
        info.ArgumentList.Add(path is null ? commandLine : $"PATH={path}:$PATH; export PATH; {commandLine}");
        return Process.Start(info)!;
    }
}
