using System.CommandLine;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Rollouts;

internal static class RolloutAdd
{
    public static Command Make()
    {
        var id = RolloutCommands.IdArgument();
        var zone = RolloutCommands.ZoneOption();
        var wave = new Option<string?>("--wave") { Description = Say.Of("A wave that has not begun; default the last of them, or one of its own behind all others"), HelpName = "WAVE" };
        var comment = RolloutCommands.CommentOption();
        return CommandFactory.Make("add", Say.Of("Adds a zone to a wave of a rollout that has not begun."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.PostAsync<RolloutDocument>($"{RolloutCommands.Path(context.Get(id))}/zones", new AddZoneRequest(context.Get(zone)!, context.Get(wave), context.Get(comment)), cancellationToken);
            context.Show(answer, rollout => context.Terminal.Line(Say.Of($"{context.Get(zone)} is in {rollout.Name}, wave {rollout.Waves.FirstOrDefault(w => w.Zones.Contains(context.Get(zone)!))?.Name}.")));
            return ExitCodes.Ok;
        }, id, zone, wave, comment).WithExamples("fleet rollout add nov-window --zone sh5a", "fleet rollout add nov-window --zone sh5a --wave rest --comment 'forgotten in the list'");
    }
}
