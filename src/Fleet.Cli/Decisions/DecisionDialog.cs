using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;
using Fleet.Server.Api.Decisions;

namespace Fleet.Cli.Decisions;

/// <summary>Asks a person in the terminal and gives the answer.</summary>
internal sealed class DecisionDialog(CommandContext context)
{
    /// <returns>False: the person wants no more questions now.</returns>
    public async Task<bool> AskAsync(DecisionDocument decision, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        terminal.Line();
        // What became of it before is read for one decision only.
        decision = (await context.Api.GetAsync<DecisionDocument>($"decisions/{decision.Id}", cancellationToken)).Value;
        DecisionPrinter.Print(terminal, decision, terminal.Now);
        var keys = ChoiceKeys.For(decision.Choices);
        var freeText = decision.Prompt is { Recognized: false };
        Console.Out.Write(Say.Of($"  {string.Join("  ", keys.Select(k => $"[{k.Key}] {k.Choice}"))}{(freeText ? Say.Of("  [t] type an answer") : "")}  [enter] leave it open  [Q] back "));
        while (true)
        {
            var pressed = await KeyAsync(cancellationToken);
            if (pressed is '\r' or '\n')
            {
                terminal.Line(Say.Of("left open"));
                return true;
            }

            if (pressed is 'Q' or '\u001b')
            {
                terminal.Line(Say.Of("left open"));
                return false;
            }

            if (freeText && pressed == 't' && keys.All(k => k.Key != 't'))
            {
                terminal.Line();
                if (await terminal.AskAsync(Say.Of("  Answer (without the line feed):"), cancellationToken) is { Length: > 0 } text)
                    await GiveAsync(decision, new AnswerRequest { Text = text }, cancellationToken);
                return true;
            }

            if (keys.FirstOrDefault(k => k.Key == pressed) is { Choice: { } choice })
            {
                terminal.Line(choice);
                if (await DetailsAsync(decision, choice, cancellationToken) is { } answer)
                    await GiveAsync(decision, answer, cancellationToken);
                return true;
            }
        }
    }

    private async Task<AnswerRequest?> DetailsAsync(DecisionDocument decision, string choice, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        var answer = new AnswerRequest { Choice = choice };
        if (choice is Choices.Quarantine)
        {
            if (await terminal.AskAsync(Say.Of("  Which nodes (a,b)?"), cancellationToken) is not { Length: > 0 } nodes)
                return null;
            answer = answer with { Nodes = Lists.Split(nodes) };
            foreach (var weighty in decision.Items.Where(i => i.MustBeTyped && answer.Nodes.Contains(i.Id)))
            {
                if (await terminal.AskAsync(Say.Of($"  {Harmless.Line(weighty.Text)}. Type its name once more:"), cancellationToken) != weighty.Id)
                    return null;
                answer = answer with { Typed = [.. answer.Typed ?? [], weighty.Id] };
            }
        }
        else if (choice is Choices.MoveOut)
        {
            if (await terminal.AskAsync(Say.Of("  Which items (1,3)?"), cancellationToken) is not { Length: > 0 } items)
                return null;
            answer = answer with { Items = Lists.Split(items) };
        }
        else if (decision.Kind == DecisionKind.Manual && decision.Items.Count > 1 && choice is not Choices.Fail)
        {
            answer = answer with { Items = Lists.Split(await terminal.AskAsync(Say.Of("  Which items (empty: all that are open)?"), cancellationToken)) };
        }
        else if (choice is Choices.Continue)
        {
            answer = answer with { From = await terminal.AskAsync(Say.Of("  From which phase (empty: the proposed one)?"), cancellationToken) is { Length: > 0 } from ? from : null };
        }

        if (choice is Choices.MarkDone || (decision.Kind == DecisionKind.Manual && choice is not Choices.Fail) || choice is Choices.Retry or Choices.Ignore or Choices.Quarantine)
            answer = answer with { Comment = await terminal.AskAsync(Say.Of("  Comment:"), cancellationToken) is { Length: > 0 } comment ? comment : null };
        if (decision.Alike > 0 && await terminal.AskYesAsync(Say.Of($"  Answer the {Words.Plural(decision.Alike, "other that asks", "others that ask")} the same, too?"), cancellationToken))
            answer = answer with { Scope = AnswerScope.Rollout };
        if (answer.Scope != AnswerScope.This && decision.ChoicesInAdvance.Contains(choice) && await terminal.AskYesAsync(Say.Of("  Also what asks the same later in this rollout?"), cancellationToken))
            answer = answer with { AndLater = true };
        return answer;
    }

    private async Task GiveAsync(DecisionDocument decision, AnswerRequest answer, CancellationToken cancellationToken)
    {
        try
        {
            var given = await context.Api.PostAsync<AnswerDocument>($"decisions/{decision.Id}/answer", answer, cancellationToken);
            foreach (var refused in given.Value.Refused)
                context.Terminal.Line($"  {refused.Text}");
            if (given.Value.Answered.Count > 1)
                context.Terminal.Line(Say.Of($"  {given.Value.Answered.Count} decisions took it."));
        }
        catch (CliFailure failure) when (failure.ExitCode != ExitCodes.Server)
        {
            foreach (var line in failure.Lines())
                context.Terminal.Line($"  {line}");
        }
    }

    private static async Task<char> KeyAsync(CancellationToken cancellationToken)
    {
        while (!Console.KeyAvailable)
            await Task.Delay(30, cancellationToken);
        return Console.ReadKey(intercept: true).KeyChar;
    }
}
