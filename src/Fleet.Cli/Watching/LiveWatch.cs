using Fleet.Cli.CommandLine;
using Fleet.Cli.Decisions;
using Fleet.Cli.Logs;
using Fleet.Cli.Output;
using Fleet.Orchestration.Rollouts;
using Fleet.Server.Api.Rollouts;
using Spectre.Console;

namespace Fleet.Cli.Watching;

/// <summary>The terminal's watch: redrawn in place, keys taken, decisions answered right here.</summary>
internal sealed class LiveWatch(CommandContext context, RolloutStream stream, Guid rollout, bool untilDecision)
{
    /// <summary>The person left; the rollout goes on.</summary>
    public const int Left = -1;

    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(120);
    private volatile WatchState state = WatchState.Nothing;

    private enum Key
    {
        None,
        Decisions,
        Log,
        Pause,
        Quit,
    }

    public async Task<int?> RunAsync(CancellationToken cancellationToken)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAsync(leaving.Token);
        try
        {
            while (true)
            {
                var key = await DrawAsync(reading, cancellationToken);
                switch (key)
                {
                    case Key.Quit:
                        return Left;
                    case Key.Decisions:
                        await AnswerAsync(cancellationToken);
                        context.Terminal.Clear();
                        break;
                    case Key.Log:
                        await LogAsync(cancellationToken);
                        context.Terminal.Clear();
                        break;
                    case Key.Pause:
                        await PauseAsync(cancellationToken);
                        break;
                    default:
                        await reading;
                        return RolloutWatch.Stop(state, untilDecision);
                }
            }
        }
        finally
        {
            await leaving.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        await foreach (var next in stream.FollowAsync(cancellationToken))
        {
            state = next;
            if (RolloutWatch.Stop(next, untilDecision) is not null)
                return;
        }
    }

    /// <summary>Draws until a key is pressed or nothing more comes.</summary>
    private async Task<Key> DrawAsync(Task reading, CancellationToken cancellationToken)
    {
        var pressed = Key.None;
        var screen = context.Terminal.Screen;
        await screen.Live(new Text("")).AutoClear(true).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
        {
            while (pressed == Key.None && !reading.IsCompleted)
            {
                live.UpdateTarget(WatchView.Of(state, context.Terminal.Now, screen.Profile.Height, keys: true));
                pressed = Read();
                if (pressed == Key.None)
                    await Task.WhenAny(reading, Task.Delay(Frame, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }
        });
        if (pressed == Key.None)
            screen.Write(WatchView.Of(state, context.Terminal.Now, screen.Profile.Height, keys: false));
        return pressed;
    }

    private static Key Read()
    {
        while (Console.KeyAvailable)
        {
            var key = char.ToLowerInvariant(Console.ReadKey(intercept: true).KeyChar) switch
            {
                'd' => Key.Decisions,
                'l' => Key.Log,
                'p' => Key.Pause,
                'q' => Key.Quit,
                _ => Key.None,
            };
            if (key != Key.None)
                return key;
        }

        return Key.None;
    }

    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        var open = await stream.OpenAsync(cancellationToken);
        foreach (var decision in open)
        {
            if (!await new DecisionDialog(context).AskAsync(decision, cancellationToken))
                break;
        }
    }

    private async Task LogAsync(CancellationToken cancellationToken)
    {
        var zones = state.InOrder();
        var zone = zones.Count == 1 ? zones[0].Name : await context.Terminal.AskAsync(Say.Of("Log of which zone?"), cancellationToken);
        if (string.IsNullOrEmpty(zone) || !state.Zones.ContainsKey(zone))
            return;
        try
        {
            await new LogPrinter(context.Api, Console.OpenStandardOutput(), raw: false, TimeProvider.System).PrintTailAsync(rollout.ToString(), zone, 16 * 1024, cancellationToken);
        }
        catch (CliFailure failure)
        {
            context.Terminal.Line(failure.Lines()[0]);
        }

        await context.Terminal.AskAsync(Say.Of("[enter] back to the rollout"), cancellationToken);
    }

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        var verb = state.Rollout?.State == RolloutState.Paused ? "resume" : "pause";
        if (!await context.Terminal.AskYesAsync(verb == "pause" ? Say.Of("Pause: start nothing more, and stop at the next safe points?") : Say.Of("Resume the rollout?"), cancellationToken))
            return;
        try
        {
            await context.Api.PostAsync<RolloutDocument>($"rollouts/{rollout}/{verb}", new { }, cancellationToken);
        }
        catch (CliFailure failure)
        {
            context.Terminal.Line(failure.Lines()[0]);
        }
    }
}
