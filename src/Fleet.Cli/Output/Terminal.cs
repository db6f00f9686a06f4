using System.Text.Json;
using Fleet.Server.Api;
using Spectre.Console;

namespace Fleet.Cli.Output;

/// <summary>Where people read: colours and asking only where there is a terminal.</summary>
internal sealed class Terminal
{
    private const int WideEnough = 4000;
    private readonly TimeProvider time;

    private Terminal(IAnsiConsole screen, bool isTerminal, bool canAsk, TimeProvider time)
    {
        Screen = screen;
        IsTerminal = isTerminal;
        CanAsk = canAsk;
        this.time = time;
    }

    public IAnsiConsole Screen { get; }

    /// <summary>Output is a terminal that understands cursor movements.</summary>
    public bool IsTerminal { get; }

    /// <summary>A person can be asked.</summary>
    public bool CanAsk { get; }

    /// <summary>On this machine's clock.</summary>
    public DateTimeOffset Now => time.GetLocalNow();

    public static Terminal Open()
    {
        var isTerminal = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        var colours = isTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var screen = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(Console.Out),
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
        });
        // In a file or a pipe nothing is cut to the width of a screen that is not there.
        if (Console.IsOutputRedirected)
            screen.Profile.Width = WideEnough;
        return new Terminal(screen, isTerminal, isTerminal && !Console.IsInputRedirected, TimeProvider.System);
    }

    /// <summary>A sentence or a line, with control characters shown.</summary>
    public void Line(string text = "") => Console.Out.WriteLine(Harmless.Text(text));

    public void ErrorLine(string text) => Console.Error.WriteLine(Harmless.Text(text));

    public void WriteJson(JsonElement json) => Console.Out.WriteLine(JsonSerializer.Serialize(json, ApiJson.Indented));

    public async Task<bool> AskYesAsync(string question, CancellationToken cancellationToken) =>
        await AskAsync($"{question} [y/N]", cancellationToken) is "y" or "Y" or "yes" or "Yes" or "YES";

    /// <returns>Null: the input ended.</returns>
    public async Task<string?> AskAsync(string question, CancellationToken cancellationToken)
    {
        Console.Out.Write($"{Harmless.Text(question)} ");
        // Reading a line cannot be cancelled; an interrupt leaves the reading behind.
        var line = await Task.Run(Console.In.ReadLine, cancellationToken).WaitAsync(cancellationToken);
        return line?.Trim();
    }

    /// <summary>A fresh screen, where there is one.</summary>
    public void Clear()
    {
        if (IsTerminal)
            Screen.Clear();
    }
}
