using System.Diagnostics;
using System.Globalization;
using Fleet.Testing;

namespace Fleet.Deployment.Tests.Publishing;

/// <summary>
/// The published program as the image runs it: a root that cannot be written and holds the C library and the program, nobody's rights, no environment but its settings. There is no shell,
/// no .NET and no home in it.
/// </summary>
internal sealed class Sandbox : IAsyncDisposable
{
    public const int User = 1654;
    private static readonly HttpClient Http = new();
    private readonly ChildProcess process;

    private Sandbox(ChildProcess process, Uri url, TimeSpan startTime)
    {
        this.process = process;
        Url = url;
        StartTime = startTime;
    }

    public Uri Url { get; }

    /// <summary>From the process's start to its being ready.</summary>
    public TimeSpan StartTime { get; }

    public string Output => process.Output;

    /// <summary>The program's own: bwrap waits beside it for its end.</summary>
    public int ProcessId => int.Parse(File.ReadAllText($"/proc/{process.Id}/task/{process.Id}/children").Trim(), CultureInfo.InvariantCulture);

    /// <param name="folder">Of the test; gets the program's data.</param>
    /// <param name="keys">A folder that it may read, as <c>/keys</c>; null: none.</param>
    public static async Task<Sandbox> StartAsync(string app, string folder, string? keys, CancellationToken cancellationToken)
    {
        var url = new Uri($"http://127.0.0.1:{Loopback.FreePort()}");
        var data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;
        File.SetUnixFileMode(data, Everybody);
        var watch = Stopwatch.StartNew();
        var process = ChildProcess.Start("bwrap", [.. Arguments(app, data, keys), "/app/fleet", "serve", "--listen", url.ToString().TrimEnd('/')]);
        await Eventually.BeTrueAsync(
            async () =>
            {
                process.HasExited.ShouldBeFalse(process.Output);
                try
                {
                    return (await Http.GetAsync(new Uri(url, "/health/ready"), cancellationToken)).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            TimeSpan.FromMinutes(3), cancellationToken, () => process.Output);
        return new Sandbox(process, url, watch.Elapsed);
    }

    /// <summary>Runs another of its commands in a place like the server's.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(string app, string folder, CancellationToken cancellationToken, params string[] arguments) =>
        ChildProcess.RunAsync("bwrap", [.. Arguments(app, Path.Combine(folder, "data"), null), "/app/fleet", .. arguments], cancellationToken);

    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        var (code, output) = await ChildProcess.RunAsync("kill", ["-TERM", $"{ProcessId}"], cancellationToken);
        code.ShouldBe(0, output);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static IEnumerable<string> Arguments(string app, string data, string? keys)
    {
        string[] libraries = [.. new[] { "/lib", "/lib64", "/usr/lib" }.Where(Directory.Exists).SelectMany(l => new[] { "--ro-bind", l, l })];
        return
        [
            .. libraries, "--ro-bind", "/usr/bin/setpriv", "/setpriv", "--ro-bind", app, "/app", .. keys is null ? Array.Empty<string>() : ["--ro-bind", keys, "/keys"],
            "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--bind", data, "/data", "--remount-ro", "/", "--die-with-parent", "--chdir", "/",
            "--clearenv", "--setenv", "Fleet__Data", "/data", "--setenv", "DOTNET_EnableDiagnostics", "0",
            "/setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups", "--no-new-privs",
        ];
    }
}
