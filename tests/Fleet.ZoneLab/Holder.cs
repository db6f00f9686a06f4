using System.Collections.Concurrent;
using System.Diagnostics;

namespace Fleet.ZoneLab;

/// <summary>The parent of all zones' processes. It ends, and they with it, when its standard input closes: also when this process is killed.</summary>
internal sealed class Holder : IAsyncDisposable
{
    private static readonly TimeSpan BootLimit = TimeSpan.FromMinutes(4);

    private readonly string directory;
    private readonly Process process;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<int>> booting = new();
    private readonly Task reading;
    private readonly Lock writing = new();
    private bool disposed;

    public Holder(string directory, bool temporary)
    {
        this.directory = directory;
        process = new Process
        {
            // In a session of its own: a Ctrl-C in the terminal is the lab's to handle.
            StartInfo = new ProcessStartInfo("setsid", ["sh", Path.Combine(directory, "shared", "holder"), directory, temporary ? "temporary" : "keep"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            },
        };
        process.StartInfo.Environment.Clear();
        process.StartInfo.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        process.Start();
        reading = ReadAsync();
    }

    /// <summary>Starts the zone and its sshd; returns the pid (as seen from here) of its first process.</summary>
    public async Task<int> BootAsync(string zone, CancellationToken cancellationToken)
    {
        var up = booting[zone] = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (writing)
        {
            process.StandardInput.Write($"boot {zone}\n");
            process.StandardInput.Flush();
        }
        var log = Path.Combine(directory, "zones", zone, "enter.log");
        var until = Stopwatch.StartNew();
        while (until.Elapsed < BootLimit)
        {
            if (await Task.WhenAny(up.Task, Task.Delay(500, cancellationToken)) == up.Task)
                return await up.Task;
            cancellationToken.ThrowIfCancellationRequested();
            if (File.Exists(log) && new FileInfo(log).Length > 0)
                throw new InvalidOperationException($"Zone {zone} does not start: {(await File.ReadAllTextAsync(log, cancellationToken)).Trim()}");
        }
        throw new InvalidOperationException($"Zone {zone} did not start within {BootLimit.TotalSeconds} s.");
    }

    private async Task ReadAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            var parts = line.Split(' ', 3);
            if (parts.Length < 3 || !booting.TryRemove(parts[1], out var up))
                continue;
            if (parts[0] == "up")
                up.SetResult(int.Parse(parts[2]));
            else
                up.SetException(new InvalidOperationException($"Zone {parts[1]}: {parts[2]}"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        // The zones' processes hold its output open until they are gone.
        await reading;
        process.Dispose();
    }
}
