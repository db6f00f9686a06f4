using System.Text.Json.Serialization;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;

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

    /// <summary>Other open decisions that ask the same.</summary>
    public required int Alike { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
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
        Context = string.Join('\n', view.Prompt is { Context.Count: > 0 } prompt ? prompt.Context : view.Question.Lines),
        Prompt = view.Prompt,
        Choices = view.Choices,
        Default = view.Default,
        Items = [.. view.Items.Select(i => new DecisionItemDocument(i.Id, i.Text, i.Proposed, view.ItemAnswers.GetValueOrDefault(i.Id)))],
        Alike = view.Alike,
        AskedAt = view.AskedAt,
        ExpiresAt = view.ExpiresAt,
        Answer = view.Answer,
        AnsweredBy = view.AnsweredBy,
        AnsweredAt = view.AnsweredAt,
        Comment = view.Comment,
        ExecutionId = view.ExecutionId,
    };
}

/// <param name="Answer">The choice that was made for it already.</param>
public sealed record DecisionItemDocument(string Id, string Text, bool Proposed, string? Answer);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AnswerRequest
{
    public string? Choice { get; init; }

    /// <summary>For an unrecognized prompt.</summary>
    public string? Text { get; init; }
    public string? Comment { get; init; }
    public IReadOnlyList<string>? Nodes { get; init; }
    public IReadOnlyList<string>? Items { get; init; }
    public string? From { get; init; }
    public AnswerScope Scope { get; init; }
}

/// <param name="Refused">Alike decisions that could not take the answer, and why.</param>
public sealed record AnswerDocument(IReadOnlyList<DecisionDocument> Answered, IReadOnlyList<Told> Refused);
