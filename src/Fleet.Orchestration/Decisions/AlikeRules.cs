using System.Globalization;
using Fleet.Contracts.Decisions;

namespace Fleet.Orchestration.Decisions;

/// <summary>What one answer may do to the questions that are alike. Pure.</summary>
internal static class AlikeRules
{
    private const string Hyper = "hyper";

    /// <summary>Choices that may be given in advance, for what asks the same later; never one that goes on without something that failed, that moves or marks something, or that releases a guard.</summary>
    private static readonly HashSet<string> InAdvance = [Choices.Yes, Choices.No, Choices.Retry, Choices.Leave, Choices.Keep, Choices.Fail, Choices.NotApplicable, Choices.Defer, Choices.TrustZone, Choices.TrustInventory];

    /// <summary>The zone goes on without nodes, or a step, that failed.</summary>
    public static bool IgnoresFailures(Decision decision, string? choice) =>
        decision.Prompt is { } prompt ? choice == Choices.Yes && (prompt.Ignores || prompt.FailedNodes.Count > 0) : choice == Choices.Ignore;

    /// <summary>Failures of hypers carry customers' machines: each is looked at by itself. So is what names no component or no node.</summary>
    public static bool IsAnsweredSingly(Decision decision, string? choice) =>
        IgnoresFailures(decision, choice) && decision.Prompt is { } prompt && (prompt.FailedNodes.Count == 0 || prompt.Component is not { } component || component.Split('/')[0] == Hyper);

    public static IReadOnlyList<string> ChoicesInAdvance(Decision decision) =>
        decision.Kind is DecisionKind.WaveVerdict or DecisionKind.Approval ? [] : [.. decision.Choices.Where(c => MayBeGivenInAdvance(decision, c))];

    public static bool MayBeGivenInAdvance(Decision decision, string? choice) =>
        choice is not null && choice != Choices.Abort && !IgnoresFailures(decision, choice) && (decision.Prompt is { Rule: not null } || (decision.Prompt is null && InAdvance.Contains(choice)));

    /// <summary>As much as the person saw when ignoring it.</summary>
    public static IgnoreBound BoundOf(Decision decision) => new(decision.Prompt?.FailedNodes.Count ?? 0, decision.Prompt is { Nodes: > 0 } prompt ? (double)prompt.FailedNodes.Count / prompt.Nodes : null);

    /// <summary>Why this one asks again although another like it was ignored; null: it is no worse.</summary>
    public static Finding? Exceeds(Decision decision, IgnoreBound bound)
    {
        if (decision.Prompt is not { } prompt)
            return null;
        var share = prompt.Nodes > 0 ? (double)prompt.FailedNodes.Count / prompt.Nodes : (double?)null;
        var worse = prompt.FailedNodes.Count == 0 || prompt.FailedNodes.Count > bound.Nodes || (bound.Share is { } most && (share is not { } here || here > most));
        return worse
            ? Finding.Of("alike-exceeds", ("nodes", $"{prompt.FailedNodes.Count}"), ("share", Percent(share)), ("most", $"{bound.Nodes}"), ("mostShare", Percent(bound.Share)))
            : null;
    }

    /// <summary>An answer given in advance that fits; a retry only once for a step, so that it never circles.</summary>
    public static AdvanceAnswer? Fitting(Decision decision, IReadOnlyList<AdvanceAnswer> answers, IReadOnlyList<Decision> before) =>
        answers.FirstOrDefault(s => s.Fingerprint == decision.Fingerprint && s.Kind == decision.Kind && decision.AskedAt > s.At && decision.Claim is null && decision.Choices.Contains(s.Choice)
            && MayBeGivenInAdvance(decision, s.Choice)
            && (s.Choice != Choices.Retry || !before.Any(d => d.Phase == decision.Phase && d.Step == decision.Step && d.Answer?.InAdvance is not null)));

    private static string Percent(double? share) => share is { } known ? known.ToString("P0", CultureInfo.InvariantCulture) : "?";
}
