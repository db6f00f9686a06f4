using System.CommandLine;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Decisions;
using Fleet.Cli.Output;
using Fleet.Server.Api.Handovers;

namespace Fleet.Cli.Handovers;

internal static class HandoverCommand
{
    public static Command Make()
    {
        var to = new Option<string?>("--to") { Description = Say.Of("The questions that you have taken on are this person's from now on"), HelpName = "NAME" };
        return CommandFactory.Make("handover", Say.Of("One page for whoever comes on duty: what runs, what is held and why, guards, debts, and what happens by itself next."), async (context, cancellationToken) =>
        {
            var answer = context.Get(to) is { } name
                ? await context.Api.PostAsync<HandoverDocument>("handover", new HandoverRequest(name), cancellationToken)
                : await context.Api.GetAsync<HandoverDocument>("handover", cancellationToken);
            context.Show(answer, handover =>
            {
                HandoverPrinter.Print(context.Terminal, handover);
                if (context.Get(to) is { } person)
                    context.Terminal.Line(handover.PassedOn.Count == 0 ? Say.Of($"Nothing was taken on that could be {person}'s.") : Say.Of($"{person} has from now on: {string.Join(", ", handover.PassedOn.Select(d => $"{Words.Short(d.Id)} ({DecisionPrinter.Subject(d)})"))}"));
            });
            return ExitCodes.Ok;
        }, to).WithExamples("fleet handover", "fleet handover --to ann");
    }
}
