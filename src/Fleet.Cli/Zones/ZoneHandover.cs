using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Zones;

namespace Fleet.Cli.Zones;

/// <summary>A zone goes to a person, and comes back.</summary>
internal static class ZoneHandover
{
    public static Command Take()
    {
        var name = new Argument<string>("name") { Description = Say.Of("The zone") };
        var comment = CommentOption();
        return CommandFactory.Make("take", Say.Of("Gives a zone to a person: nothing starts there until it is returned; guards stay watched."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.PostAsync<ZoneDocument>($"zones/{FleetApi.Segment(context.Get(name))}/take", new CommentRequest(context.Get(comment)), cancellationToken);
            context.Show(answer, zone => Print(context.Terminal, zone));
            return ExitCodes.Ok;
        }, name, comment).WithExamples("fleet zones take pek1a --comment 'repairing hyper07 by hand'");
    }

    public static Command Return()
    {
        var name = new Argument<string>("name") { Description = Say.Of("The zone") };
        var comment = CommentOption();
        return CommandFactory.Make("return", Say.Of("Takes a zone back: reads it afresh, shows what changed there and proposes the phase to go on with."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.PostAsync<ReturnDocument>($"zones/{FleetApi.Segment(context.Get(name))}/return", new CommentRequest(context.Get(comment)), cancellationToken);
            context.Show(answer, returned => Print(context.Terminal, returned));
            return answer.Value.Probe is { Ok: false } ? ExitCodes.No : ExitCodes.Ok;
        }, name, comment).WithExamples("fleet zones return pek1a");
    }

    private static void Print(Terminal terminal, ZoneDocument zone)
    {
        terminal.Line(Say.Of($"{zone.Name} is yours. What runs there stops at its next safe point; nothing starts until: fleet zones return {zone.Name}"));
        if (Failed(zone.Reading) is { } why)
            terminal.Line(Say.Of($"It could not be read ({why}): what you change cannot be told at its return."));
    }

    private static void Print(Terminal terminal, ReturnDocument returned)
    {
        if (Failed(returned.Probe) is { } why)
            terminal.Line(Say.Of($"It could not be read: {why}"));
        else if (!returned.Compared)
            terminal.Line(Say.Of("It could not be read when it was taken: what changed since is not known."));
        else if (returned.Changes.Count == 0)
            terminal.Line(Say.Of("Nothing that Fleet looks at changed there since it was taken."));
        else
            PrintChanges(terminal, returned);
        if (returned.Rollout is { } rollout)
            terminal.Line(Proposal(rollout, returned));
        terminal.Line(Say.Of($"{returned.Zone.Name} is back in Fleet's hands."));
    }

    private static void PrintChanges(Terminal terminal, ReturnDocument returned)
    {
        terminal.Line(Say.Of("What changed since it was taken:"));
        var table = new TextTable("", "before", "now");
        foreach (var change in returned.Changes)
            table.Add(change.Fact, Short(change.Before), Short(change.After));
        table.Write(terminal);
    }

    private static string Proposal(Guid rollout, ReturnDocument returned) => returned switch
    {
        { Proposed: null, Recorded: null } => Say.Of("No phase can be proposed from what was read; its record goes on with nothing: all phases are done."),
        { Proposed: null } => Say.Of($"No phase can be proposed from what was read; its record goes on with {returned.Recorded}."),
        { Proposed: var proposed, Recorded: var recorded } when proposed == recorded => Say.Of($"Proposed: go on with {proposed}, as its record has it."),
        _ => Say.Of($"Proposed: go on with {returned.Proposed}; its record has {returned.Recorded}. To do so: fleet rollout abort {rollout} --zone {returned.Zone.Name}, then fleet rollout retry {rollout} --zone {returned.Zone.Name} --from {returned.Proposed}"),
    };

    private static string? Failed(ProbeDocument? probe) => probe?.Stages.FirstOrDefault(s => !s.Ok) is { } failed ? failed.Problem?.Text ?? failed.Name : null;

    private static string Short(string? value) => value is null ? "–" : value.Length <= 100 ? value : value[..99] + "…";

    private static Option<string?> CommentOption() => new("--comment") { Description = Say.Of("Why; kept in the audit"), HelpName = "TEXT" };
}
