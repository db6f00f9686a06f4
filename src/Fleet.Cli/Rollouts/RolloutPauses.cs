using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Api.Zones;

namespace Fleet.Cli.Rollouts;

/// <summary>Lets a rollout, one wave or one zone of it stand, and go on.</summary>
internal static class RolloutPauses
{
    public static Command Pause()
    {
        var (id, zone, wave, comment) = (RolloutCommands.IdArgument(), Zone(), Wave(), RolloutCommands.CommentOption());
        var command = CommandFactory.Make("pause", Say.Of("Starts nothing more; what runs stops at its next safe point."), async (context, cancellationToken) =>
        {
            var (one, part) = (context.Get(zone), context.Get(wave));
            var answer = await PostAsync(context, context.Get(id), one, part, context.Get(comment), "pause", cancellationToken);
            context.Show(answer, rollout => context.Terminal.Line(one is not null ? OfZone(rollout, one)
                : part is not null ? Say.Of($"The wave {part} of {rollout.Name} pauses: none of its zones is started, what runs there stops at its next safe point. Go on: fleet rollout resume {rollout.Name} --wave {part}")
                : Say.Of($"{rollout.Name} pauses: nothing more is started, what runs stops at its next safe point. Go on: fleet rollout resume {rollout.Name}")));
            return ExitCodes.Ok;
        }, id, zone, wave, comment);
        return Checked(command, zone, wave).WithExamples("fleet rollout pause nov-window", "fleet rollout pause nov-window --zone sh4a --comment 'its owner calls'", "fleet rollout pause nov-window --wave rest");
    }

    public static Command Resume()
    {
        var (id, zone, wave, comment) = (RolloutCommands.IdArgument(), Zone(), Wave(), RolloutCommands.CommentOption());
        var command = CommandFactory.Make("resume", Say.Of("Goes on: after a pause, behind --until, or after the failure budget stopped it and is no longer spent."), async (context, cancellationToken) =>
        {
            var (one, part) = (context.Get(zone), context.Get(wave));
            var answer = await PostAsync(context, context.Get(id), one, part, context.Get(comment), "resume", cancellationToken);
            context.Show(answer, rollout =>
            {
                context.Terminal.Line(one is not null ? Say.Of($"{one} goes on in {rollout.Name}.") : part is not null ? Say.Of($"The wave {part} of {rollout.Name} goes on.") : Say.Of($"{rollout.Name} is {Words.Of(rollout.State)}."));
                foreach (var still in Still(rollout))
                    context.Terminal.Line(still);
            });
            return ExitCodes.Ok;
        }, id, zone, wave, comment);
        return Checked(command, zone, wave).WithExamples("fleet rollout resume nov-window", "fleet rollout resume nov-window --zone sh4a");
    }

    /// <summary>Whoever lets all go on should know what a person has let stand by itself.</summary>
    internal static IEnumerable<string> Still(RolloutDocument rollout)
    {
        foreach (var wave in rollout.Waves.Where(w => w.PausedBy is not null))
            yield return Say.Of($"The wave {wave.Name} stays paused by {wave.PausedBy}: fleet rollout resume {rollout.Name} --wave {wave.Name}");
        foreach (var zone in rollout.Zones.Where(z => z.PausedBy is not null && !Watching.WatchState.IsEnd(z.State)))
            yield return Say.Of($"{zone.Name} stays paused by {zone.PausedBy}: fleet rollout resume {rollout.Name} --zone {zone.Name}");
    }

    private static string OfZone(RolloutDocument rollout, string zone) =>
        Say.Of($"{zone} pauses in {rollout.Name}: {(rollout.Zones.FirstOrDefault(z => z.Name == zone)?.StandsSince is not null ? Say.Of("it stands at a safe point") : Say.Of("what runs there stops at its next safe point"))}. Go on: fleet rollout resume {rollout.Name} --zone {zone}");

    private static Task<Answer<RolloutDocument>> PostAsync(CommandContext context, string id, string? zone, string? wave, string? comment, string verb, CancellationToken cancellationToken)
    {
        var path = RolloutCommands.Path(id);
        return zone is not null ? context.Api.PostAsync<RolloutDocument>($"{path}/zones/{FleetApi.Segment(zone)}/{verb}", new CommentRequest(comment), cancellationToken)
            : wave is not null ? context.Api.PostAsync<RolloutDocument>($"{path}/waves/{FleetApi.Segment(wave)}/{verb}", new CommentRequest(comment), cancellationToken)
            : context.Api.PostAsync<RolloutDocument>($"{path}/{verb}", new { }, cancellationToken);
    }

    private static Command Checked(Command command, Option<string?> zone, Option<string?> wave)
    {
        command.Validators.Add(result =>
        {
            if (result.GetValue(zone) is not null && result.GetValue(wave) is not null)
                result.AddError(Say.Of("Give --zone or --wave, not both."));
        });
        return command;
    }

    private static Option<string?> Zone() => new("--zone") { Description = Say.Of("This zone only; the others go on"), HelpName = "ZONE" };

    private static Option<string?> Wave() => new("--wave") { Description = Say.Of("The zones of this wave only"), HelpName = "WAVE" };
}
