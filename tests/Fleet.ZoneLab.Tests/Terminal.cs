using System.Diagnostics;
using System.Text;
using Fleet.Testing;

namespace Fleet.ZoneLab.Tests;

/// <summary>What a person sees and types.</summary>
internal sealed class Terminal : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Process process;
    private readonly StringBuilder screen = new();
    private readonly Task reading;
    private int seen;

    public Terminal(Process process)
    {
        this.process = process;
        reading = ReadAsync();
    }

    public string Screen
    {
        get
        {
            lock (screen)
                return screen.ToString();
        }
    }

    /// <summary>Waits until this text shows after what was expected before.</summary>
    public Task ExpectAsync(string text) =>
        Eventually.BeTrueAsync(
            () =>
            {
                var at = Screen.IndexOf(text, seen, StringComparison.Ordinal);
                if (at < 0)
                    return false;
                seen = at + text.Length;
                return true;
            },
            Limit, TestContext.Current.CancellationToken, () => $"expected «{text}» in:\n{Screen}");

    public async Task TypeLineAsync(string line)
    {
        await process.StandardInput.WriteAsync(line + "\r");
        await process.StandardInput.FlushAsync();
    }

    public async Task AnswerAsync(string prompt, string answer)
    {
        await ExpectAsync(prompt);
        await TypeLineAsync(answer);
    }

    /// <summary>Says yes to whatever is asked until the command ends; returns its exit code.</summary>
    public async Task<int> YesToAllAsync()
    {
        while (true)
        {
            await Eventually.BeTrueAsync(() => Asked() || process.HasExited, Limit, TestContext.Current.CancellationToken, () => Screen);
            if (!Asked())
                return await EndAsync();
            seen = Screen.IndexOf("[y/N]?", seen, StringComparison.Ordinal) + 6;
            await TypeLineAsync("yes");
        }
    }

    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await reading;
        return process.ExitCode;
    }

    private bool Asked() => Screen.IndexOf("[y/N]?", seen, StringComparison.Ordinal) >= 0;

    private async Task ReadAsync()
    {
        var buffer = new byte[4096];
        while (await process.StandardOutput.BaseStream.ReadAsync(buffer) is > 0 and var count)
        {
            lock (screen)
                screen.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await reading;
        process.Dispose();
    }
}
