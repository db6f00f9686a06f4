using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Orchestration.Decisions;
using Fleet.Server.Api.Decisions;

namespace Fleet.Cli.Decisions;

internal static class DecisionAnswering
{
    public static Command Make()
    {
        var id = DecisionCommands.IdArgument();
        var choice = new Argument<string?>("choice") { Description = Say.Of("One of the decision's choices; may be left out with --text"), Arity = ArgumentArity.ZeroOrOne };
        var scope = Scope();
        var later = new Option<bool>("--and-later") { Description = Say.Of("Also what asks the same later in this rollout; with a wider --scope, and only for choices that may be given in advance") };
        var comment = new Option<string?>("--comment") { Description = Say.Of("Why; kept in the record"), HelpName = "TEXT" };
        var text = new Option<string?>("--text") { Description = Say.Of("What to type, for a prompt that the runbook does not know"), HelpName = "TEXT" };
        var nodes = new Option<string[]>("--nodes") { Description = Say.Of("With quarantine: the nodes"), HelpName = "a,b" };
        var typed = new Option<string[]>("--typed") { Description = Say.Of("With quarantine: once more the names of those that much hangs on (database nodes, the first snapshot node), or of a group that would be left empty"), HelpName = "a,b" };
        var items = new Option<string[]>("--items", "--item") { Description = Say.Of("With move-out and manual: the items"), HelpName = "1,3" };
        var from = new Option<string?>("--from") { Description = Say.Of("With continue: the phase; default the proposed one"), HelpName = "PHASE" };
        var command = CommandFactory.Make("answer", Say.Of("Answers a decision; once, the first answer counts."), async (context, cancellationToken) =>
        {
            var request = new AnswerRequest
            {
                Choice = context.Parsed.GetValue(choice),
                Text = context.Get(text),
                Comment = context.Get(comment),
                Nodes = Lists.Split(context.Get(nodes) ?? []),
                Typed = Lists.Split(context.Get(typed) ?? []),
                Items = Lists.Split(context.Get(items) ?? []),
                From = context.Get(from),
                Scope = ScopeOf(context.Get(scope)),
                AndLater = context.Get(later),
            };
            var answer = await context.Api.PostAsync<AnswerDocument>($"decisions/{FleetApi.Segment(context.Get(id))}/answer", request, cancellationToken);
            context.Show(answer, document => Print(context.Terminal, document, request));
            return answer.Value.Refused.Count == 0 ? ExitCodes.Ok : ExitCodes.No;
        }, id, choice, scope, later, comment, text, nodes, typed, items, from);
        command.Validators.Add(result =>
        {
            if (result.GetValue(choice) is null && result.GetResult(text) is null)
                result.AddError(Say.Of("Give a choice, or --text for a prompt that the runbook does not know. fleet decisions show ID lists the choices."));
        });
        return command.WithExamples(
            "fleet decisions answer 1a2b3c4d yes --scope all-alike",
            "fleet decisions answer 1a2b3c4d retry --scope rollout --and-later --comment 'the repo is mended'",
            "fleet decisions answer 1a2b3c4d quarantine --nodes hyper07 --comment 'disk is broken'",
            "fleet decisions answer 1a2b3c4d done --item 2 --comment 'restarted by hand'");
    }

    internal static Option<string> Scope()
    {
        var scope = new Option<string>("--scope") { Description = Say.Of("this: only this one; rollout: those alike in the same rollout; all-alike: those alike in all rollouts"), DefaultValueFactory = _ => "this" };
        scope.AcceptOnlyFromAmong("this", "rollout", "all-alike");
        return scope;
    }

    internal static AnswerScope ScopeOf(string? word) => word switch { "rollout" => AnswerScope.Rollout, "all-alike" => AnswerScope.AllAlike, _ => AnswerScope.This };

    private static void Print(Terminal terminal, AnswerDocument document, AnswerRequest request)
    {
        foreach (var answered in document.Answered)
        {
            terminal.Line(answered.State == DecisionState.Open
                ? Say.Of($"{DecisionPrinter.Subject(answered)}: {request.Choice}; {Words.Plural(answered.Items.Count(i => i.Answer is null), "item is", "items are")} still open")
                : Say.Of($"{DecisionPrinter.Subject(answered)}: {answered.Answer} by {answered.AnsweredBy}"));
        }

        foreach (var refused in document.Refused)
            terminal.Line(refused.Text);
        if (request.AndLater && document.Answered is [var first, ..])
            terminal.Line(Say.Of($"What asks the same later in {first.RolloutName} is answered so. Take it back: fleet decisions take-back {first.RolloutName} {first.Fingerprint}"));
    }
}
