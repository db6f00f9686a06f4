using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Worker.Phases.Prompts;
using Fleet.Worker.Steps.VendorScript;

namespace Fleet.Worker.Steps.Manual;

/// <summary>
/// Holds the zone until a person has ticked each of the vendor's manual operations (Q21): the file of the option <c>file</c> and the readmes that post_upgrade named. Neither there: nothing to do.
/// </summary>
internal sealed class ManualStep : IStepKind
{
    private const string Mark = "fleet-file ";

    public string Name => "manual";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var file = context.Step.With.GetValueOrDefault("file") ?? "/pitrix/upgrade/upgrades/manual-operations";
        var readmes = context.Facts.GetValueOrDefault(ManualReadmes.Fact)?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var operations = await ReadAsync(context, file, readmes.Where(r => r != file).ToList(), cancellationToken);
        if (operations.Count == 0)
            return StepResult.Succeeded(Finding.Of("manual-nothing", ("file", file)));
        var ids = operations.Select(o => o.Id).ToList();
        var answers = ManualAnswer.Of(context.Parameters, ids);
        return answers.Count == ids.Count ? Settled(operations, answers, context.Parameters.GetValueOrDefault("by")) : Ask(context, file, operations, answers);
    }

    internal static StepResult Settled(IReadOnlyList<ManualOperations.Operation> operations, IReadOnlyDictionary<string, ManualAnswer> answers, string? by) => new()
    {
        Outcome = StepOutcome.Succeeded,
        Findings = [.. operations.Select(o => Finding.Of("manual-settled", ("item", o.Id), ("text", o.Text), ("choice", answers[o.Id].Choice), ("comment", answers[o.Id].Comment ?? ""), ("by", by ?? "")))],
        Debts = [.. operations.Where(o => answers[o.Id].Choice == Choices.Defer).Select(o => new Debt(DebtKind.ManualOperation, o.Text, answers[o.Id].Comment ?? "deferred", by))],
    };

    private static StepResult Ask(IStepContext context, string file, IReadOnlyList<ManualOperations.Operation> operations, IReadOnlyDictionary<string, ManualAnswer> answers)
    {
        var question = Finding.Of("manual-operations", ("count", $"{operations.Count}"), ("file", file)).WithLines(operations.Select(o => $"{o.Id}. {o.Text}"));
        return StepResult.Asks(new DecisionRequest
        {
            Kind = DecisionKind.Manual,
            Step = context.Step.Name,
            Question = question,
            Choices = [Choices.Done, Choices.NotApplicable, Choices.Defer, Choices.Fail],
            Items = [.. operations.Where(o => !answers.ContainsKey(o.Id)).Select(o => new DecisionItem(o.Id, o.Text))],
            Fingerprint = Fingerprints.OfPrompt(context.Step.Name, null, string.Join('\n', operations.Select(o => o.Text)), [], [context.Command.Zone]),
        });
    }

    private static async Task<IReadOnlyList<ManualOperations.Operation>> ReadAsync(IStepContext context, string file, List<string> readmes, CancellationToken cancellationToken)
    {
        var quoted = Placeholders.Quote(file);
        var paths = string.Join(' ', readmes.Select(Placeholders.Quote));
        // The vendor's path is a file on some sites and a folder of files on others.
        var result = await context.ReadAsync(
            $$"""
            show() { [ -f "$1" ] && echo '{{Mark}}'"$1" && head -c 65536 "$1" && echo; return 0; }
            if [ -d {{quoted}} ]; then for f in {{quoted}}/*; do show "$f"; done; else show {{quoted}}; fi
            for f in {{paths}}; do show "$f"; done
            """, cancellationToken);
        var files = Files(result.Text);
        var own = files.Where(f => f.Path == file).Select(f => f.Text).FirstOrDefault();
        return ManualOperations.Of(own, [.. files.Where(f => f.Path != file)]);
    }

    internal static IReadOnlyList<(string Path, string Text)> Files(string text)
    {
        var files = new List<(string Path, List<string> Lines)>();
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith(Mark, StringComparison.Ordinal))
                files.Add((line[Mark.Length..].Trim(), []));
            else if (files.Count > 0)
                files[^1].Lines.Add(line);
        }
        return [.. files.Select(f => (f.Path, string.Join('\n', f.Lines).Trim()))];
    }
}
