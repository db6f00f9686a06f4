using System.CommandLine;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Rollouts;

internal static class TimelineCommand
{
    public static Command Make()
    {
        var id = RolloutCommands.IdArgument();
        return CommandFactory.Make("timeline", Say.Of("How long each phase took on each zone, as a plot."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.GetAsync<TimelineDocument>($"{RolloutCommands.Path(context.Get(id))}/timeline", cancellationToken);
            context.Show(answer, timeline => TimelinePlot.Print(context.Terminal, timeline));
            return ExitCodes.Ok;
        }, id).WithExamples("fleet timeline nov-window", "fleet timeline nov-window -o json");
    }
}
