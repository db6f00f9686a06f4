using System.Text.Json.Serialization;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;
using Fleet.Runbooks.Texts;

namespace Fleet.Server.Api.Decisions;

public sealed record DecisionDocument
{
    public required Guid Id { get; init; }
    public required DecisionKind Kind { get; init; }
    public required DecisionState State { get; init; }

    /// <summary>Null: it is about a wave of the rollout.</summary>
    public string? Zone { get; init; }
    public string? Wave { get; init; }
    public required Guid Rollout { get; init; }
    public required string RolloutName { get; init; }
    public required string Phase { get; init; }
    public required string Step { get; init; }
    public required int Attempt { get; init; }

    /// <summary>As a sentence.</summary>
    public required string Question { get; init; }
    public required string QuestionCode { get; init; }
    public required IReadOnlyDictionary<string, string> QuestionArgs { get; init; }

    /// <summary>The last lines that show why it is asked.</summary>
    public required string Context { get; init; }
    public PromptView? Prompt { get; init; }
    public required IReadOnlyList<string> Choices { get; init; }
    public string? Default { get; init; }
    public required IReadOnlyList<DecisionItemDocument> Items { get; init; }

    /// <summary>The question with zone, nodes, counts and times taken out: alike on forty zones is one question.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Other open decisions that ask the same.</summary>
    public required int Alike { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Who has taken it on: nobody else answers until it is let go of or taken over.</summary>
    public string? ClaimedBy { get; init; }
    public DateTimeOffset? ClaimedAt { get; init; }

    /// <summary>Choices that may be given in advance to what asks the same later in the rollout.</summary>
    public required IReadOnlyList<string> ChoicesInAdvance { get; init; }

    /// <summary>The answer was given in advance, with that to this decision.</summary>
    public Guid? InAdvance { get; init; }

    /// <summary>What became of it when the same was asked before, bad ends first; only where one decision is looked at. It advises, it never answers.</summary>
    public required IReadOnlyList<RememberedAnswer> Memory { get; init; }
    public string? Answer { get; init; }
    public string? AnsweredBy { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }
    public string? Comment { get; init; }
    public string? ExecutionId { get; init; }

    public static DecisionDocument Of(DecisionView view) => new()
    {
        Id = view.Id,
        Kind = view.Kind,
        State = view.State,
        Zone = view.Zone,
        Wave = view.Wave,
        Rollout = view.RolloutId,
        RolloutName = view.RolloutName,
        Phase = view.Phase,
        Step = view.Step,
        Attempt = view.Attempt,
        Question = Told.Sentence(view.Question),
        QuestionCode = view.Question.Code,
        QuestionArgs = view.Question.Args,
        Context = string.Join('\n', view.Prompt is { Context.Count: > 0 } prompt ? prompt.Context : FindingText.Lines(view.Question, Language.Current)),
        Prompt = view.Prompt,
        Choices = view.Choices,
        Default = view.Default,
        Items = [.. view.Items.Select(i => new DecisionItemDocument(i.Id, i.Text, i.Proposed, view.ItemAnswers.GetValueOrDefault(i.Id), i.MustBeTyped))],
        Fingerprint = view.Fingerprint,
        Alike = view.Alike,
        AskedAt = view.AskedAt,
        ExpiresAt = view.ExpiresAt,
        ClaimedBy = view.ClaimedBy,
        ClaimedAt = view.ClaimedAt,
        ChoicesInAdvance = view.ChoicesInAdvance,
        InAdvance = view.InAdvance,
        Memory = view.Memory,
        Answer = view.Answer,
        AnsweredBy = view.AnsweredBy,
        AnsweredAt = view.AnsweredAt,
        Comment = view.Comment,
        ExecutionId = view.ExecutionId,
    };
}

/// <param name="Answer">The choice that was made for it already.</param>
/// <param name="MustBeTyped">Much hangs on it: whoever names it types its name once more.</param>
public sealed record DecisionItemDocument(string Id, string Text, bool Proposed, string? Answer, bool MustBeTyped);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AnswerRequest
{
    public string? Choice { get; init; }

    /// <summary>For an unrecognized prompt.</summary>
    public string? Text { get; init; }
    public string? Comment { get; init; }
    public IReadOnlyList<string>? Nodes { get; init; }

    /// <summary>Names of nodes, or of groups, typed once more because much hangs on them.</summary>
    public IReadOnlyList<string>? Typed { get; init; }
    public IReadOnlyList<string>? Items { get; init; }
    public string? From { get; init; }
    public AnswerScope Scope { get; init; }

    /// <summary>Also what asks the same later in this rollout; needs a wider scope than <c>this</c>, and a choice out of <c>choicesInAdvance</c>.</summary>
    public bool AndLater { get; init; }
}

/// <param name="TakeOver">Also where somebody else has taken it on.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ClaimRequest(AnswerScope Scope = AnswerScope.This, bool TakeOver = false);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LetGoRequest(AnswerScope Scope = AnswerScope.This);

/// <summary>An answer as what a runbook would say, so that it answers by itself from then on.</summary>
/// <param name="Fragment">What is laid over the rollout's runbook.</param>
/// <param name="File">A whole file that extends it; null: it does not come with Fleet, and the fragment belongs into the site's own file.</param>
public sealed record PolicyDocument(Guid Decision, string Runbook, string RunbookDigest, string Fragment, string? File)
{
    public static PolicyDocument Of(PolicyView view) => new(view.Decision, view.Runbook.Name, view.Runbook.Digest, view.Fragment, view.File);
}

/// <param name="Refused">Alike decisions that could not take the answer, and why.</param>
public sealed record AnswerDocument(IReadOnlyList<DecisionDocument> Answered, IReadOnlyList<Told> Refused)
{
    public static AnswerDocument Of(AnswerSummary summary) => new([.. summary.Answered.Select(DecisionDocument.Of)], [.. summary.Refused.Select(Told.Of)]);
}
