using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.Decisions;

/// <summary>An answer to a script's question as what a runbook would say, so that it answers by itself from then on. A person reads and applies it. Pure.</summary>
internal static partial class PolicyDrafts
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Why it cannot become one; null: it can.</summary>
    public static Finding? Problem(Decision decision, Runbook runbook)
    {
        if (decision.Prompt is not { } prompt)
            return Finding.Of("policy-only-of-prompts", ("kind", Words.Of(decision.Kind)));
        if (decision.Answer is not { } answer || answer.Choice == Choices.Abort)
            return Finding.Of("policy-without-answer", ("state", decision.Answer is null ? Words.Of(decision.State) : Choices.Abort));
        if (AlikeRules.IgnoresFailures(decision, answer.Choice))
            return Finding.Of("policy-ignores-failures");
        return RuleOf(decision, runbook) is { Component: true } ? Finding.Of("policy-of-component", ("component", prompt.Component ?? "")) : null;
    }

    /// <summary>What is laid over a runbook: the keys below <c>phases</c>.</summary>
    public static string Fragment(Decision decision, Runbook runbook)
    {
        var (prompt, answer) = (decision.Prompt!, decision.Answer!);
        var given = answer.Text ?? answer.Choice;
        var text = new StringBuilder("phases:\n");
        text.Append($"  - name: {decision.Phase}\n    steps:\n      - name: {decision.Step}\n        prompts:\n");
        if (RuleOf(decision, runbook) is { } rule)
            text.Append($"          - name: {rule.Name}\n");
        else
            text.Append($"          - name: site-{decision.Fingerprint[..Math.Min(8, decision.Fingerprint.Length)]}\n            pattern: {Quoted(PatternOf(prompt.Text))}\n            choices: [{Quoted(given)}]\n");
        return text.Append($"            policy: answer\n            answer: {Quoted(given)}\n").ToString();
    }

    /// <summary>A whole file for a runbook that comes with Fleet.</summary>
    public static string File(Decision decision, Runbook runbook) =>
        $"# {decision.Answer!.By} answered this on {decision.Answer.At:yyyy-MM-dd}; decision {decision.Id:N}.\n"
        + $"apiVersion: fleet/v1\nname: {runbook.Name}-site\nversion: 1.0.0\nextends: {runbook.Name}\n\n{Fragment(decision, runbook)}";

    private static PromptRule? RuleOf(Decision decision, Runbook runbook) =>
        decision.Prompt!.Rule is { } name ? runbook.FindPhase(decision.Phase)?.FindStep(decision.Step)?.Prompts.FirstOrDefault(p => p.Name == name) : null;

    /// <summary>The question as it was printed; however it is spaced, and whatever numbers it counts.</summary>
    private static string PatternOf(string question) => Digits().Replace(Spaces().Replace(Regex.Escape(question.Trim()).Replace("\\ ", " ", StringComparison.Ordinal), @"\s+"), @"\d+");

    /// <summary>A double-quoted scalar of YAML is one of JSON.</summary>
    private static string Quoted(string value) => JsonSerializer.Serialize(value, Plain);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"(?<!\\)\d+")]
    private static partial Regex Digits();
}
