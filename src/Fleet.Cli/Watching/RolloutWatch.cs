using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Cli.Rollouts;
using Fleet.Orchestration.Rollouts;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Watching;

internal enum WatchMode
{
    /// <summary>In a terminal redrawn in place, else a line for each change.</summary>
    Watch,

    /// <summary>Nothing until the end.</summary>
    Wait,
}

/// <summary>Stays with a rollout to its end; leaving never stops it.</summary>
internal sealed class RolloutWatch(CommandContext context, Guid rollout, bool untilDecision)
{
    private readonly RolloutStream stream = new(context.Api, rollout);

    public async Task<int> RunAsync(WatchMode mode, CancellationToken cancellationToken)
    {
        try
        {
            var quiet = mode == WatchMode.Wait || context.Json;
            var code = quiet ? await WaitAsync(cancellationToken)
                : context.Terminal.CanAsk ? await new LiveWatch(context, stream, rollout, untilDecision).RunAsync(cancellationToken)
                : await LinesAsync(cancellationToken);
            var end = await context.Api.GetAsync<RolloutDocument>($"rollouts/{rollout}", cancellationToken);
            if (code == LiveWatch.Left)
            {
                context.Terminal.Line(Say.Of($"The rollout {end.Value.Name} goes on. Look again: fleet rollout watch {end.Value.Name}"));
                return ExitCodes.Ok;
            }

            context.Show(end, document => RolloutPrinter.Summary(context.Terminal, document));
            return code ?? Verdict(end.Value);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            context.Terminal.ErrorLine(Say.Of($"Interrupted; the rollout goes on. Look again: fleet rollout watch {Words.Short(rollout)}"));
            return ExitCodes.Interrupted;
        }
    }

    /// <summary>Null: its state says how it ended.</summary>
    internal static int? Stop(WatchState state, bool untilDecision) =>
        state.StandsAtUntil ? ExitCodes.Ok : untilDecision && state.NeedsPerson ? ExitCodes.Decision : null;

    private static int Verdict(RolloutDocument rollout) => rollout.State == RolloutState.Succeeded ? ExitCodes.Ok : ExitCodes.No;

    private async Task<int?> WaitAsync(CancellationToken cancellationToken)
    {
        await foreach (var state in stream.FollowAsync(cancellationToken))
        {
            if (Stop(state, untilDecision) is { } code)
                return code;
        }

        return null;
    }

    private async Task<int?> LinesAsync(CancellationToken cancellationToken)
    {
        var before = WatchState.Nothing;
        await foreach (var state in stream.FollowAsync(cancellationToken))
        {
            foreach (var line in WatchLines.Between(before, state, context.Terminal.Now))
                context.Terminal.Line(line);
            before = state;
            if (Stop(state, untilDecision) is { } code)
                return code;
        }

        return null;
    }
}
