using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Decisions;

namespace Fleet.Cli.Decisions;

/// <summary>Takes a question on, so that two people do not both answer.</summary>
internal static class DecisionClaims
{
    public static Command Claim()
    {
        var (id, scope) = (DecisionCommands.IdArgument(), DecisionAnswering.Scope());
        var over = new Option<bool>("--take-over") { Description = Say.Of("Also where somebody else has it") };
        return CommandFactory.Make("claim", Say.Of("Takes a decision on: nobody else answers it until it is let go of or taken over."), async (context, cancellationToken) =>
            Show(context, await context.Api.PostAsync<AnswerDocument>($"decisions/{FleetApi.Segment(context.Get(id))}/claim", new ClaimRequest(DecisionAnswering.ScopeOf(context.Get(scope)), context.Get(over)), cancellationToken), decision => Say.Of($"{DecisionPrinter.Subject(decision)} is yours.")), id, scope, over)
            .WithExamples("fleet decisions claim 1a2b3c4d", "fleet decisions claim 1a2b3c4d --scope rollout --take-over");
    }

    public static Command LetGo()
    {
        var (id, scope) = (DecisionCommands.IdArgument(), DecisionAnswering.Scope());
        return CommandFactory.Make("let-go", Say.Of("Lets go of a decision that you have taken on: anybody may answer it again."), async (context, cancellationToken) =>
            Show(context, await context.Api.PostAsync<AnswerDocument>($"decisions/{FleetApi.Segment(context.Get(id))}/let-go", new LetGoRequest(DecisionAnswering.ScopeOf(context.Get(scope))), cancellationToken), decision => Say.Of($"{DecisionPrinter.Subject(decision)} is free again.")), id, scope)
            .WithExamples("fleet decisions let-go 1a2b3c4d");
    }

    private static int Show(CommandContext context, Answer<AnswerDocument> answer, Func<DecisionDocument, string> told)
    {
        context.Show(answer, document =>
        {
            foreach (var decision in document.Answered)
                context.Terminal.Line(told(decision));
            foreach (var refused in document.Refused)
                context.Terminal.Line(refused.Text);
        });
        return answer.Value.Refused.Count == 0 ? ExitCodes.Ok : ExitCodes.No;
    }
}
