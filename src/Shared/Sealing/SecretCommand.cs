using System.Diagnostics;

namespace Fleet.Sealing;

/// <summary>Runs a command that prints a secret, like a password manager's or a key service's.</summary>
internal static class SecretCommand
{
    private const int Limit = 64 * 1024;

    /// <param name="command">A line for <c>/bin/sh</c>; it gets no input.</param>
    /// <returns>What it printed, or why that is nothing to go by.</returns>
    public static async Task<(string? Printed, string? Why)> RunAsync(string command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = Shell(command) };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            process.Start();
            process.StandardInput.Close();
            var problems = process.StandardError.ReadToEndAsync(limit.Token);
            var buffer = new char[Limit + 1];
            var length = await process.StandardOutput.ReadBlockAsync(buffer, limit.Token);
            if (length > Limit)
                return (null, $"the command printed more than {Limit} characters");
            await process.WaitForExitAsync(limit.Token);
            await problems;
            return process.ExitCode == 0 ? (new string(buffer, 0, length), null) : (null, $"the command ended with code {process.ExitCode}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"the command took longer than {timeout.TotalSeconds:0} s");
        }
        finally
        {
            End(process);
        }
    }

    /// <summary>As <see cref="RunAsync"/>, for what has to be known before a process can begin its work.</summary>
    public static (string? Printed, string? Why) Run(string command, TimeSpan timeout)
    {
        using var process = new Process { StartInfo = Shell(command) };
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            process.Start();
            process.StandardInput.Close();
            process.BeginErrorReadLine();
            using var end = limit.Token.Register(() => End(process));
            var buffer = new char[Limit + 1];
            var length = process.StandardOutput.ReadBlock(buffer);
            if (length > Limit)
                return (null, $"the command printed more than {Limit} characters");
            process.WaitForExit();
            return limit.IsCancellationRequested ? (null, $"the command took longer than {timeout.TotalSeconds:0} s")
                : process.ExitCode == 0 ? (new string(buffer, 0, length), null) : (null, $"the command ended with code {process.ExitCode}");
        }
        finally
        {
            End(process);
        }
    }

    private static ProcessStartInfo Shell(string command) =>
        new("/bin/sh", ["-c", command]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };

    private static void End(Process process)
    {
        try
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It never started or ended by itself meanwhile.
        }
    }
}
