using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Orchestration.Decisions;
using Fleet.Server.Api.Decisions;
using Spectre.Console;

namespace Fleet.Cli.Decisions;

internal static class DecisionCommands
{
    public static Command Make() => CommandFactory.Group("decisions", "Questions that hold a zone or a rollout until a person answers.", List(), Show(), Answer(), Watch())
        .WithExamples("fleet decisions list", "fleet decisions answer 1a2b3c4d yes");

    private static Option<string?> RolloutOption() => new("--rollout") { Description = "Only of this rollout", HelpName = "ID" };

    private static Command List()
    {
        var rollout = RolloutOption();
        var all = new Option<bool>("--all") { Description = "Also those that were answered, expired or withdrawn" };
        var ids = new Option<bool>("--ids") { Description = "Only id and kind, one decision a line, for scripts" };
        return CommandFactory.Make("list", "Lists open decisions.", async (context, cancellationToken) =>
        {
            var answer = await context.Api.GetAsync<IReadOnlyList<DecisionDocument>>(Path(context.Get(rollout), context.Get(all)), cancellationToken);
            context.Show(answer, decisions =>
            {
                if (context.Get(ids))
                {
                    foreach (var decision in decisions)
                        context.Terminal.Line($"{decision.Id} {Words.Of(decision.Kind)}");
                    return;
                }

                if (decisions.Count == 0)
                {
                    context.Terminal.Line(context.Get(all) ? "There were no decisions yet." : "No decision is open.");
                    return;
                }

                var now = context.Terminal.Now;
                var table = new TextTable("decision", "zone", "step", "kind", "state", "asked", "alike", "question", "choices");
                foreach (var decision in decisions)
                {
                    var open = decision.State == DecisionState.Open;
                    table.Add(
                        Words.Short(decision.Id), decision.Zone ?? "", decision.Zone is null ? $"wave {decision.Wave}" : decision.Step, Words.Of(decision.Kind), new Cell(open ? "◆ open" : Words.Of(decision.State), open ? Styles.NeedsYou : Style.Plain),
                        Words.Ago(now - decision.AskedAt), decision.Alike.ToString(), Harmless.Line(decision.Question), open ? string.Join('|', decision.Choices) : $"{decision.Answer} by {decision.AnsweredBy}");
                }

                table.Write(context.Terminal);
            });
            return ExitCodes.Ok;
        }, rollout, all, ids).WithExamples("fleet decisions list", "fleet decisions list --rollout nov-window -o json");
    }

    private static Command Show()
    {
        var id = IdArgument();
        return CommandFactory.Make("show", "Shows one decision with its context and what the choices mean.", async (context, cancellationToken) =>
        {
            var answer = await context.Api.GetAsync<DecisionDocument>($"decisions/{FleetApi.Segment(context.Get(id))}", cancellationToken);
            context.Show(answer, decision => DecisionPrinter.Print(context.Terminal, decision, context.Terminal.Now));
            return ExitCodes.Ok;
        }, id).WithExamples("fleet decisions show 1a2b3c4d");
    }

    private static Command Answer()
    {
        var id = IdArgument();
        var choice = new Argument<string?>("choice") { Description = "One of the decision's choices; may be left out with --text", Arity = ArgumentArity.ZeroOrOne };
        var scope = new Option<string>("--scope") { Description = "this: only this one; rollout: those alike in the same rollout; all-alike: those alike in all rollouts", DefaultValueFactory = _ => "this" };
        scope.AcceptOnlyFromAmong("this", "rollout", "all-alike");
        var comment = new Option<string?>("--comment") { Description = "Why; kept in the record", HelpName = "TEXT" };
        var text = new Option<string?>("--text") { Description = "What to type, for a prompt that the runbook does not know", HelpName = "TEXT" };
        var nodes = new Option<string[]>("--nodes") { Description = "With quarantine: the nodes", HelpName = "a,b" };
        var items = new Option<string[]>("--items", "--item") { Description = "With move-out and manual: the items", HelpName = "1,3" };
        var from = new Option<string?>("--from") { Description = "With continue: the phase; default the proposed one", HelpName = "PHASE" };
        var command = CommandFactory.Make("answer", "Answers a decision; once, the first answer counts.", async (context, cancellationToken) =>
        {
            var request = new AnswerRequest
            {
                Choice = context.Parsed.GetValue(choice),
                Text = context.Get(text),
                Comment = context.Get(comment),
                Nodes = Lists.Split(context.Get(nodes) ?? []),
                Items = Lists.Split(context.Get(items) ?? []),
                From = context.Get(from),
                Scope = context.Get(scope) switch { "rollout" => AnswerScope.Rollout, "all-alike" => AnswerScope.AllAlike, _ => AnswerScope.This },
            };
            var answer = await context.Api.PostAsync<AnswerDocument>($"decisions/{FleetApi.Segment(context.Get(id))}/answer", request, cancellationToken);
            context.Show(answer, document =>
            {
                foreach (var answered in document.Answered)
                    context.Terminal.Line(answered.State == DecisionState.Open
                        ? $"{DecisionPrinter.Subject(answered)}: {request.Choice}; {Words.Plural(answered.Items.Count(i => i.Answer is null), "item is", "items are")} still open"
                        : $"{DecisionPrinter.Subject(answered)}: {answered.Answer} by {answered.AnsweredBy}");
                foreach (var refused in document.Refused)
                    context.Terminal.Line(refused.Text);
            });
            return answer.Value.Refused.Count == 0 ? ExitCodes.Ok : ExitCodes.No;
        }, id, choice, scope, comment, text, nodes, items, from);
        command.Validators.Add(result =>
        {
            if (result.GetValue(choice) is null && result.GetResult(text) is null)
                result.AddError("Give a choice, or --text for a prompt that the runbook does not know. fleet decisions show ID lists the choices.");
        });
        return command.WithExamples(
            "fleet decisions answer 1a2b3c4d yes --scope all-alike",
            "fleet decisions answer 1a2b3c4d quarantine --nodes hyper07 --comment 'disk is broken'",
            "fleet decisions answer 1a2b3c4d done --item 2 --comment 'restarted by hand'");
    }

    private static Command Watch()
    {
        var rollout = RolloutOption();
        return CommandFactory.Make("watch", "Shows decisions as they come; in a terminal they are answered right there.", async (context, cancellationToken) =>
        {
            var seen = new HashSet<Guid>();
            context.Terminal.Line("Waiting for decisions; Ctrl-C leaves, nothing is stopped by it.");
            while (true)
            {
                var open = await context.Api.GetAsync<IReadOnlyList<DecisionDocument>>(Path(context.Get(rollout), all: false), cancellationToken);
                foreach (var decision in open.Value.Where(d => seen.Add(d.Id)))
                {
                    if (context.Terminal.CanAsk && !context.Json)
                        await new DecisionDialog(context).AskAsync(decision, cancellationToken);
                    else
                        context.Terminal.Line($"{context.Terminal.Now:HH:mm:ss}  {decision.Zone ?? $"wave {decision.Wave}"}  ◆ {Harmless.Line(decision.Question)}  ({Watching.WatchLines.Answer(decision)})");
                }

                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }, rollout).WithExamples("fleet decisions watch");
    }

    private static Argument<string> IdArgument() => new("id") { Description = "The decision's id or the beginning of it" };

    private static string Path(string? rollout, bool all) => $"decisions?all={(all ? "true" : "false")}{(rollout is null ? "" : $"&rollout={FleetApi.Segment(rollout)}")}";
}
