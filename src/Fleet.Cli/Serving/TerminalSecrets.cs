using Fleet.Cli.Output;
using Fleet.Worker.Ssh;

namespace Fleet.Cli.Serving;

/// <summary>Asks the person at the terminal that <c>fleet serve</c> runs in for secrets that the inventory gives as <c>ask</c>; one question at a time, nothing is shown.</summary>
internal sealed class TerminalSecrets : ISecretPrompt, IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private readonly SemaphoreSlim one = new(1);

    public async Task<string?> AskAsync(string zone, string what, CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            Console.Out.Write(Harmless.Line($"{zone}: {what}: "));
            var typed = await ReadAsync(cancellationToken);
            Console.Out.WriteLine();
            return typed.Length == 0 ? null : typed;
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private static async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        var typed = "";
        while (true)
        {
            while (!Console.KeyAvailable)
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
                return typed;
            typed = key.Key == ConsoleKey.Backspace ? typed[..Math.Max(0, typed.Length - 1)] : key.KeyChar == '\0' ? typed : typed + key.KeyChar;
        }
    }
}
