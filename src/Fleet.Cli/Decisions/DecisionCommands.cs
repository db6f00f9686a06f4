using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Orchestration.Decisions;
using Fleet.Server.Api.Decisions;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Api.Zones;
using Spectre.Console;

namespace Fleet.Cli.Decisions;

internal static class DecisionCommands
{
    public static Command Make() => CommandFactory.Group("decisions", Say.Of("Questions that hold a zone or a rollout until a person answers."), List(), Show(), DecisionAnswering.Make(), DecisionClaims.Claim(), DecisionClaims.LetGo(), Policy(), TakeBack(), Watch())
        .WithExamples("fleet decisions list", "fleet decisions answer 1a2b3c4d yes");

    private static Option<string?> RolloutOption() => new("--rollout") { Description = Say.Of("Only of this rollout"), HelpName = "ID" };

    private static Command List()
    {
        var rollout = RolloutOption();
        var all = new Option<bool>("--all") { Description = Say.Of("Also those that were answered, expired or withdrawn") };
        var ids = new Option<bool>("--ids") { Description = Say.Of("Only id and kind, one decision a line, for scripts") };
        return CommandFactory.Make("list", Say.Of("Lists open decisions."), async (context, cancellationToken) =>
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
                    context.Terminal.Line(context.Get(all) ? Say.Of("There were no decisions yet.") : Say.Of("No decision is open."));
                    return;
                }

                var now = context.Terminal.Now;
                var table = new TextTable("decision", "zone", "step", "kind", "state", "asked", "question", "choices");
                foreach (var (decision, zones) in Questions(decisions))
                {
                    var open = decision.State == DecisionState.Open;
                    table.Add(
                        Words.Short(decision.Id), zones, decision.Zone is null ? DecisionPrinter.Part(decision) : decision.Step, Words.Of(decision.Kind), new Cell(open ? decision.ClaimedBy is { } by ? Say.Of($"◆ {by} has it") : Say.Of("◆ open") : Words.Of(decision.State), open ? Styles.NeedsYou : Style.Plain),
                        Words.Ago(now - decision.AskedAt), Harmless.Line(decision.Question), open ? string.Join('|', decision.Choices) : Say.Of($"{decision.Answer} by {decision.AnsweredBy}"));
                }

                table.Write(context.Terminal);
                if (decisions.Any(d => d.Alike > 0))
                    context.Terminal.Line(Say.Of("One answer for all that ask the same: fleet decisions answer ID CHOICE --scope rollout"));
            });
            return ExitCodes.Ok;
        }, rollout, all, ids).WithExamples("fleet decisions list", "fleet decisions list --rollout nov-window -o json");
    }

    private static Command Show()
    {
        var id = IdArgument();
        return CommandFactory.Make("show", Say.Of("Shows one decision with its context and what the choices mean."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.GetAsync<DecisionDocument>($"decisions/{FleetApi.Segment(context.Get(id))}", cancellationToken);
            context.Show(answer, decision => DecisionPrinter.Print(context.Terminal, decision, context.Terminal.Now));
            return ExitCodes.Ok;
        }, id).WithExamples("fleet decisions show 1a2b3c4d");
    }

    private static Command Policy()
    {
        var id = IdArgument();
        return CommandFactory.Make("policy", Say.Of("Shows an answer to a script's question as what a runbook would say, so that it answers by itself from then on."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.GetAsync<PolicyDocument>($"decisions/{FleetApi.Segment(context.Get(id))}/policy", cancellationToken);
            context.Show(answer, policy =>
            {
                if (policy.File is null)
                    context.Terminal.Line(Say.Of($"# To be laid into the file that made {policy.Runbook} (the one that says extends), under a version of its own:"));
                context.Terminal.Line((policy.File ?? policy.Fragment).TrimEnd('\n'));
            });
            return ExitCodes.Ok;
        }, id).WithExamples("fleet decisions policy 1a2b3c4d > site.yaml", "fleet runbook add site.yaml");
    }

    private static Command TakeBack()
    {
        var rollout = new Argument<string>("rollout") { Description = Say.Of("A rollout's id, name or an unambiguous beginning of either") };
        var fingerprint = new Argument<string>("fingerprint") { Description = Say.Of("The question's, or the beginning of it; fleet rollout show lists them") };
        var comment = new Option<string?>("--comment") { Description = Say.Of("Why; kept in the audit"), HelpName = "TEXT" };
        return CommandFactory.Make("take-back", Say.Of("Takes an answer back that was given in advance: what asks the same from now on is asked again."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.PostAsync<RolloutDocument>(
                $"rollouts/{FleetApi.Segment(context.Get(rollout))}/answers-in-advance/{FleetApi.Segment(context.Get(fingerprint))}/take-back", new CommentRequest(context.Get(comment)), cancellationToken);
            context.Show(answer, document => context.Terminal.Line(Say.Of($"{document.Name} asks that again.")));
            return ExitCodes.Ok;
        }, rollout, fingerprint, comment).WithExamples("fleet decisions take-back nov-window 4f0c12");
    }

    private static Command Watch()
    {
        var rollout = RolloutOption();
        return CommandFactory.Make("watch", Say.Of("Shows decisions as they come; in a terminal they are answered right there."), async (context, cancellationToken) =>
        {
            var seen = new HashSet<Guid>();
            context.Terminal.Line(Say.Of("Waiting for decisions; Ctrl-C leaves, nothing is stopped by it."));
            while (true)
            {
                var open = await context.Api.GetAsync<IReadOnlyList<DecisionDocument>>(Path(context.Get(rollout), all: false), cancellationToken);
                foreach (var decision in open.Value.Where(d => seen.Add(d.Id)))
                {
                    if (context.Terminal.CanAsk && !context.Json)
                        await new DecisionDialog(context).AskAsync(decision, cancellationToken);
                    else
                        context.Terminal.Line($"{context.Terminal.Now:HH:mm:ss}  {decision.Zone ?? DecisionPrinter.Part(decision)}  ◆ {Harmless.Line(decision.Question)}  ({Watching.WatchLines.Answer(decision)})");
                }

                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }, rollout).WithExamples("fleet decisions watch");
    }

    /// <summary>What asks the same in a rollout, taken on by the same person, is one line with its zones.</summary>
    internal static IEnumerable<(DecisionDocument First, string Zones)> Questions(IReadOnlyList<DecisionDocument> decisions)
    {
        foreach (var group in decisions.GroupBy(d => d.State == DecisionState.Open && d.Zone is not null ? $"{d.Rollout}/{d.Kind}/{d.Fingerprint}/{d.ClaimedBy}" : $"{d.Id}"))
        {
            var first = group.First();
            var names = group.Select(d => d.Zone ?? "").ToList();
            yield return (first, names.Count <= 3 ? string.Join(", ", names) : Say.Of($"{string.Join(", ", names.Take(2))} and {names.Count - 2} more"));
        }
    }

    internal static Argument<string> IdArgument() => new("id") { Description = Say.Of("The decision's id or the beginning of it") };

    private static string Path(string? rollout, bool all) => $"decisions?all={(all ? "true" : "false")}{(rollout is null ? "" : $"&rollout={FleetApi.Segment(rollout)}")}";
}
