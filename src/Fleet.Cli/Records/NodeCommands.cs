using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Records;

namespace Fleet.Cli.Records;

/// <summary>Bringing quarantined nodes back.</summary>
internal static class NodeCommands
{
    public static Command Make() => CommandFactory.Group("nodes", Say.Of("Nodes that were taken out of a zone's upgrade."), Readmit())
        .WithExamples("fleet debts --zone sh4a", "fleet nodes readmit sh4a sh4a-hyper07 --comment 'new disk'");

    private static Command Readmit()
    {
        var zone = new Argument<string>("zone") { Description = Say.Of("The zone") };
        var nodes = new Argument<string[]>("nodes") { Description = Say.Of("Its quarantined nodes"), Arity = ArgumentArity.OneOrMore };
        var comment = new Option<string?>("--comment") { Description = Say.Of("Why; kept in the audit"), HelpName = "TEXT" };
        var yes = new Option<bool>("--yes") { Description = Say.Of("Do not ask") };
        return CommandFactory.Make("readmit", Say.Of("Brings quarantined nodes back into a zone that was upgraded: puts their settings back, makes the list of nodes anew, gives them the packages that the upgrade gave the others, and looks at them."), async (context, cancellationToken) =>
        {
            var (name, named) = (context.Get(zone), context.Get(nodes)!);
            if (!await context.ConfirmedAsync(Say.Of($"Bring {string.Join(", ", named)} back into {name}? Their packages are upgraded now."), context.Get(yes), cancellationToken))
                return ExitCodes.No;
            var answer = await context.Api.PostAsync<ReadmissionDocument>($"zones/{FleetApi.Segment(name!)}/nodes/readmit", new ReadmitRequest(named, context.Get(comment)), cancellationToken);
            context.Show(answer, begun => context.Terminal.Line(Say.Of($"{string.Join(", ", begun.Nodes)} of {begun.Zone}: a worker looks at them, then brings them back. What goes wrong is asked: fleet decisions list. How far it is: fleet rollout show {begun.Rollout}")));
            return ExitCodes.Ok;
        }, zone, nodes, comment, yes).WithExamples("fleet nodes readmit sh4a sh4a-hyper07 --comment 'new disk'");
    }
}
