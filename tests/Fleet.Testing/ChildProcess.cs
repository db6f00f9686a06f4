using System.Diagnostics;
using System.Text;

namespace Fleet.Testing;

/// <summary>A process of a test: its output is kept, it is ended by its own pid, with its children, when it is disposed.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>How long a command of a test may take that says nothing of its own limit.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>After its end, its last output is waited for so long: a grandchild that was left behind may hold its pipes for ever.</summary>
    private static readonly TimeSpan LastOutput = TimeSpan.FromSeconds(10);

    private readonly Process process;
    private readonly string command;
    private readonly StringBuilder output = new();

    private ChildProcess(Process process)
    {
        this.process = process;
        command = string.Join(' ', [Path.GetFileName(process.StartInfo.FileName), .. process.StartInfo.ArgumentList.Take(4)]);
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>Standard output and error so far.</summary>
    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    public static ChildProcess Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? directory = null)
    {
        var info = new ProcessStartInfo(file)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? Path.GetTempPath(),
        };
        foreach (var argument in arguments)
            info.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            info.Environment[name] = value;

        var child = new ChildProcess(new Process { StartInfo = info });
        child.process.OutputDataReceived += (_, line) => child.Keep(line.Data);
        child.process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        child.process.Start();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs to its end and returns exit code and output.</summary>
    /// <param name="limit">Null: <see cref="Limit"/>.</param>
    /// <exception cref="TimeoutException">It took longer than its limit, and was ended; tells what it printed.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string file, IEnumerable<string> arguments, CancellationToken cancellationToken, IReadOnlyDictionary<string, string?>? environment = null, string? directory = null, TimeSpan? limit = null)
    {
        await using var child = Start(file, arguments, environment, directory);
        child.process.StandardInput.Close();
        using var alarm = new CancellationTokenSource(limit ?? Limit);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, alarm.Token);
        try
        {
            await child.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException e) when (alarm.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{child.command} did not end within {(limit ?? Limit).TotalSeconds:0} s. It printed:\n{child.Output}", e);
        }

        return (child.ExitCode, child.Output);
    }

    /// <summary>For its end and its last output.</summary>
    public async Task WaitForExitAsync(CancellationToken cancellationToken)
    {
        // Of the process alone: WaitForExitAsync waits for the end of its pipes too.
        while (!process.WaitForExit(TimeSpan.Zero))
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        using var last = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        last.CancelAfter(LastOutput);
        try
        {
            await process.WaitForExitAsync(last.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What holds the pipes is not this process: it says nothing more.
        }
    }

    /// <summary>SIGKILL, at once.</summary>
    public void Kill() => process.Kill();

    /// <summary>Sends a signal by its name, like <c>TERM</c>, <c>STOP</c>, <c>CONT</c>.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.Id.ToString()]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await WaitForExitAsync(CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // It never started.
        }
        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (output)
            output.AppendLine(line);
    }
}
