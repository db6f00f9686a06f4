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
        var name = new Argument<string>("name") { Description = "The zone" };
        var comment = CommentOption();
        return CommandFactory.Make("take", "Gives a zone to a person: nothing starts there until it is returned; guards stay watched.", async (context, cancellationToken) =>
        {
            var answer = await context.Api.PostAsync<ZoneDocument>($"zones/{FleetApi.Segment(context.Get(name))}/take", new CommentRequest(context.Get(comment)), cancellationToken);
            context.Show(answer, zone => context.Terminal.Line($"{zone.Name} is yours. What runs there stops at its next safe point; nothing starts until: fleet zones return {zone.Name}"));
            return ExitCodes.Ok;
        }, name, comment).WithExamples("fleet zones take pek1a --comment 'repairing hyper07 by hand'");
    }

    public static Command Return()
    {
        var name = new Argument<string>("name") { Description = "The zone" };
        var comment = CommentOption();
        return CommandFactory.Make("return", "Takes a zone back: reads it afresh and shows what changed there.", async (context, cancellationToken) =>
        {
            var answer = await context.Api.PostAsync<ReturnDocument>($"zones/{FleetApi.Segment(context.Get(name))}/return", new CommentRequest(context.Get(comment)), cancellationToken);
            context.Show(answer, returned => Print(context.Terminal, returned));
            return answer.Value.Probe is { Ok: false } ? ExitCodes.No : ExitCodes.Ok;
        }, name, comment).WithExamples("fleet zones return pek1a");
    }

    private static void Print(Terminal terminal, ReturnDocument returned)
    {
        terminal.Line($"{returned.Zone.Name} is back in Fleet's hands.");
        if (returned.Probe?.Stages.FirstOrDefault(s => !s.Ok) is { } failed)
            terminal.Line($"It could not be read: {failed.Problem?.Text ?? failed.Name}");
        if (returned.Changes.Count == 0)
            return;
        terminal.Line("What differs from the record:");
        var table = new TextTable("", "before", "now");
        foreach (var change in returned.Changes)
            table.Add(change.Fact, Short(change.Before), Short(change.After));
        table.Write(terminal);
    }

    private static string Short(string? value) => value is null ? "–" : value.Length <= 100 ? value : value[..99] + "…";

    private static Option<string?> CommentOption() => new("--comment") { Description = "Why; kept in the audit", HelpName = "TEXT" };
}
