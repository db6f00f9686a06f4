using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Rollouts;

internal static class RollbackSheetCommand
{
    public static Command Make()
    {
        var id = RolloutCommands.IdArgument();
        var zone = RolloutCommands.ZoneOption();
        var markdown = new Option<bool>("--markdown") { Description = Say.Of("As Markdown, for printing and for a ticket") };
        return CommandFactory.Make("rollback-sheet", Say.Of("How a person goes back on one zone: verified backups, exact commands, what cannot be undone. Fleet runs nothing of it."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.GetAsync<RollbackSheetDocument>($"{RolloutCommands.Path(context.Get(id))}/zones/{FleetApi.Segment(context.Get(zone)!)}/rollback-sheet", cancellationToken);
            context.Show(answer, sheet =>
            {
                if (context.Get(markdown))
                    RollbackMarkdown.Print(context.Terminal, RollbackPage.Of(sheet));
                else
                    RollbackPrinter.Print(context.Terminal, RollbackPage.Of(sheet));
            });
            return ExitCodes.Ok;
        }, id, zone, markdown).WithExamples("fleet rollout rollback-sheet nov-window --zone sh4a", "fleet rollout rollback-sheet nov-window --zone sh4a --markdown >sh4a-rollback.md");
    }
}
