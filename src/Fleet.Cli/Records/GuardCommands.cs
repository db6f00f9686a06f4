using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Records;

namespace Fleet.Cli.Records;

/// <summary>Which guards are in force, and taking away one that stayed.</summary>
internal static class GuardCommands
{
    public static Command Make()
    {
        var command = CommandFactory.Make("guards", Say.Of("Every guard now in force, how long and where."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.GetAsync<IReadOnlyList<GuardDocument>>("guards", cancellationToken);
            context.Show(answer, guards => Print(context.Terminal, guards));
            return ExitCodes.Ok;
        }).WithExamples("fleet guards", "fleet guards -o json");
        command.Subcommands.Add(Release());
        return command;
    }

    private static Command Release()
    {
        var zone = new Argument<string>("zone") { Description = Say.Of("The zone") };
        var guard = new Option<string?>("--guard") { Description = Say.Of("Which, where the zone has several"), HelpName = "NAME" };
        var comment = new Option<string?>("--comment") { Description = Say.Of("Why; kept in the audit"), HelpName = "TEXT" };
        var yes = new Option<bool>("--yes") { Description = Say.Of("Do not ask") };
        return CommandFactory.Make("release", Say.Of("Takes away a guard that stayed in force when its zone upgrade ended. The nodes are looked at first; what stands in the way is asked about."), async (context, cancellationToken) =>
        {
            var name = context.Get(zone);
            if (!await context.ConfirmedAsync(Say.Of($"Take the guard away in {name}? Rescue then moves machines of hypers that it takes for dead."), context.Get(yes), cancellationToken))
                return ExitCodes.No;
            var answer = await context.Api.PostAsync<GuardDocument>($"zones/{FleetApi.Segment(name)}/guards/release", new ReleaseRequest(context.Get(guard), context.Get(comment)), cancellationToken);
            context.Show(answer, released => context.Terminal.Line(Say.Of($"{released.Name} is being taken away in {released.Zone}, once its {Words.Plural(released.Nodes.Count, "node is", "nodes are")} seen to be well. What stands in the way is asked: fleet decisions list")));
            return ExitCodes.Ok;
        }, zone, guard, comment, yes).WithExamples("fleet guards release sh4a --comment 'all hypers checked by hand'");
    }

    private static void Print(Terminal terminal, IReadOnlyList<GuardDocument> guards)
    {
        if (guards.Count == 0)
        {
            terminal.Line(Say.Of("No guard is in force."));
            return;
        }

        var table = new TextTable("guard", "zone", "zone is", "since", "for", "nodes", "rollout", "");
        foreach (var guard in guards)
        {
            table.Add(
                new Cell(guard.Name, Styles.NeedsYou), guard.Zone, Words.Of(guard.ZoneState), guard.Since is null ? Say.Of("being set") : Words.Time(guard.Since, terminal.Now),
                new Cell(guard.Since is { } since ? $"{Words.Duration(terminal.Now - since)}{(guard.Overdue ? Say.Of(" ALARM") : "")}" : "–", guard.Overdue ? Styles.Bad : Spectre.Console.Style.Plain),
                $"{guard.Nodes.Count}: {string.Join(' ', guard.Nodes.Take(4))}{(guard.Nodes.Count > 4 ? " …" : "")}", guard.RolloutName,
                string.Join(Say.Of(", "), new[] { guard.Releasing ? Say.Of("is being released") : guard.KeptBy is { } by ? Say.Of($"kept by {by}") : "", WatchText.Of(guard.Watch, terminal.Now) }.Where(t => t.Length > 0)));
        }

        table.Write(terminal);
        if (guards.Any(g => g.KeptBy is not null && !g.Releasing))
            terminal.Line(Say.Of("Take one away: fleet guards release ZONE"));
    }
}
