using Fleet.Testing;

namespace Fleet.Cli.Tests.Processes;

/// <summary>The program in a real terminal of its own: what is on the screen can be read, and keys can be pressed.</summary>
internal sealed class TmuxTerminal : IAsyncDisposable
{
    private readonly string folder;

    private TmuxTerminal(string folder) => this.folder = folder;

    public static async Task<TmuxTerminal> StartAsync(IReadOnlyDictionary<string, string?> environment, string[] arguments)
    {
        var terminal = new TmuxTerminal(Directory.CreateTempSubdirectory("fleet-tmux-").FullName);
        var variables = string.Join(' ', Run.Spoken(environment).Select(v => $"{v.Key}='{v.Value}'"));
        var line = string.Join(' ', arguments.Prepend(Run.File).Select(a => $"'{a}'"));
        await terminal.TmuxAsync("-f", "/dev/null", "new-session", "-d", "-x", "160", "-y", "40", $"env -u NO_COLOR TERM=screen-256color {variables} {line}; echo \"ended with $?\"; exec sleep 300");
        return terminal;
    }

    /// <summary>Everything on the screen, with its colours.</summary>
    public Task<string> ScreenAsync() => TmuxAsync("capture-pane", "-p", "-e");

    public async Task ShowsAsync(string text)
    {
        var screen = "";
        await Eventually.BeTrueAsync(
            async () => (screen = await TmuxAsync("capture-pane", "-p")).Contains(text, StringComparison.Ordinal),
            TimeSpan.FromMinutes(4),
            TestContext.Current.CancellationToken,
            () => $"The screen does not show «{text}»:\n{screen}");
    }

    public Task TypeAsync(params string[] keys) => TmuxAsync(["send-keys", .. keys]);

    public async ValueTask DisposeAsync()
    {
        await TmuxAsync("kill-server");
        Directory.Delete(folder, recursive: true);
    }

    private async Task<string> TmuxAsync(params string[] arguments)
    {
        // A socket of its own: no other tmux of this machine is met.
        var (code, output) = await ChildProcess.RunAsync("tmux", ["-S", Path.Combine(folder, "socket"), "-u", .. arguments], CancellationToken.None);
        code.ShouldBe(0, $"tmux {string.Join(' ', arguments)}: {output}");
        return output;
    }
}
