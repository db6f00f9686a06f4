using System.Text.Json.Serialization;
using Fleet.Contracts;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Identities;

namespace Fleet.Orchestration.Decisions;

/// <summary>Questions to people. An id is the Guid or an unambiguous prefix of it.</summary>
public interface IDecisions
{
    /// <param name="rolloutId">Null: of all rollouts.</param>
    /// <param name="openOnly">False: answered and withdrawn ones too, newest first (at most 1000).</param>
    Task<IReadOnlyList<DecisionView>> ListAsync(Guid? rolloutId, bool openOnly, CancellationToken cancellationToken);

    Task<Result<DecisionView>> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Answered once: the same answer again is well and changes nothing, another is a conflict that names who was first.</summary>
    Task<Result<AnswerSummary>> AnswerAsync(string id, AnswerDecision answer, string actor, CancellationToken cancellationToken);

    /// <summary>Takes a question on, so that two people do not both answer: nobody else can until it is let go of or taken over.</summary>
    Task<Result<AnswerSummary>> ClaimAsync(string id, AnswerScope scope, bool takeOver, string actor, ZoneScope? within, CancellationToken cancellationToken);

    Task<Result<AnswerSummary>> LetGoAsync(string id, AnswerScope scope, string actor, ZoneScope? within, CancellationToken cancellationToken);

    /// <summary>The answer as what a runbook would say, for a person to read and apply. Nothing changes by asking.</summary>
    Task<Result<PolicyView>> PolicyAsync(string id, CancellationToken cancellationToken);
}

/// <param name="Runbook">The rollout's.</param>
/// <param name="Fragment">What is laid over it.</param>
/// <param name="File">A whole file that extends it; null: it does not come with Fleet, and the fragment belongs into the site's own file.</param>
public sealed record PolicyView(Guid Decision, RunbookRef Runbook, string Fragment, string? File);

[JsonConverter(typeof(KebabCaseEnumConverter<DecisionState>))]
public enum DecisionState
{
    Open,
    Answered,
    Expired,
    Withdrawn,
}

[JsonConverter(typeof(KebabCaseEnumConverter<AnswerScope>))]
public enum AnswerScope
{
    /// <summary>Only this one.</summary>
    This,

    /// <summary>Those alike that are open now in the same rollout.</summary>
    Rollout,

    /// <summary>Those alike that are open now in all rollouts.</summary>
    AllAlike,
}

public sealed record AnswerDecision
{
    /// <summary>One of the offered choices; may be left out where <see cref="Text"/> is given to an unrecognized prompt.</summary>
    public string? Choice { get; init; }

    /// <summary>For an unrecognized prompt: printable characters, given to the script with a line feed.</summary>
    public string? Text { get; init; }
    public string? Comment { get; init; }
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>Names of nodes, or of groups, that were typed once more because much hangs on them.</summary>
    public IReadOnlyList<string> Typed { get; init; } = [];

    /// <summary>Items that the choice is about; none: all of them where that makes sense (manual).</summary>
    public IReadOnlyList<string> Items { get; init; } = [];

    /// <summary>For <c>continue</c>: the phase; null: the proposed one.</summary>
    public string? From { get; init; }
    public AnswerScope Scope { get; init; }

    /// <summary>Also what asks the same later in this rollout; needs a scope wider than <see cref="AnswerScope.This"/>, and a choice that may be given in advance.</summary>
    public bool AndLater { get; init; }

    /// <summary>That the person belongs to; an approval may be wanted of one of them.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Others than these do not take it, alike as they may be; null: all zones may.</summary>
    public ZoneScope? Within { get; init; }

    /// <summary>What is ignored may be no worse than this; null: it is this very question that the person saw.</summary>
    public IgnoreBound? Bound { get; init; }
}

/// <param name="Nodes">So many failed nodes at most.</param>
/// <param name="Share">0 … 1, of the component's nodes; null: not known.</param>
public sealed record IgnoreBound(int Nodes, double? Share);

/// <param name="Answered">The decisions that took the answer.</param>
public sealed record AnswerSummary(IReadOnlyList<DecisionView> Answered)
{
    /// <summary>Alike decisions of the scope that could not take it, and why.</summary>
    public IReadOnlyList<Finding> Refused { get; init; } = [];
}

public sealed record DecisionView
{
    public required Guid Id { get; init; }
    public required DecisionKind Kind { get; init; }
    public required DecisionState State { get; init; }

    /// <summary>Null: it is about a wave of the rollout.</summary>
    public string? Zone { get; init; }
    public string? Wave { get; init; }
    public Guid? ZoneUpgradeId { get; init; }
    public required Guid RolloutId { get; init; }
    public required string RolloutName { get; init; }
    public required string Phase { get; init; }
    public required string Step { get; init; }
    public required int Attempt { get; init; }
    public required Finding Question { get; init; }

    /// <summary>For a prompt: what the script asks, its component, its failed nodes, its last lines.</summary>
    public PromptView? Prompt { get; init; }
    public required IReadOnlyList<string> Choices { get; init; }
    public string? Default { get; init; }
    public IReadOnlyList<DecisionItem> Items { get; init; } = [];

    /// <summary>Items answered so far: id → choice.</summary>
    public IReadOnlyDictionary<string, string> ItemAnswers { get; init; } = new Dictionary<string, string>();
    public required string Fingerprint { get; init; }

    /// <summary>Other open decisions with the same fingerprint.</summary>
    public int Alike { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Who has taken it on: nobody else answers until it is let go of or taken over.</summary>
    public string? ClaimedBy { get; init; }
    public DateTimeOffset? ClaimedAt { get; init; }

    /// <summary>Choices that may be given in advance to what asks the same later in the rollout.</summary>
    public IReadOnlyList<string> ChoicesInAdvance { get; init; } = [];

    /// <summary>The answer was given in advance, with that to this decision.</summary>
    public Guid? InAdvance { get; init; }

    /// <summary>What became of it when the same was asked before; only where one decision is looked at.</summary>
    public IReadOnlyList<RememberedAnswer> Memory { get; init; } = [];
    public string? Answer { get; init; }
    public string? AnsweredBy { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }
    public string? Comment { get; init; }

    /// <summary>Output of the step so far, for prompts and failed steps that ran under the remote runner.</summary>
    public string? ExecutionId { get; init; }
}

/// <summary>How often a choice was made when the same was asked, and what became of those zones. It advises; it never answers.</summary>
/// <param name="Fine">The zone succeeded, and nothing failed there after the answer.</param>
/// <param name="Bad">Something failed there after the answer, or the zone did not succeed.</param>
/// <param name="Open">Not known yet, or ended otherwise (aborted).</param>
/// <param name="BadEnds">The newest ones that ended badly.</param>
public sealed record RememberedAnswer(string Choice, int Times, int Fine, int Bad, int Open, IReadOnlyList<BadEnd> BadEnds);

/// <param name="What">The step that failed after the answer, or how the zone ended.</param>
public sealed record BadEnd(string Zone, string RolloutName, DateTimeOffset At, string By, string What);

/// <param name="Nodes">Where it asks about failed nodes: on how many the component was tried; 0: not known.</param>
/// <param name="Recognized">False: no rule of the runbook matched; a person answers in free text.</param>
public sealed record PromptView(
    string Text, string? Component, bool SafePoint, bool Recognized, long Offset, IReadOnlyList<string> FailedNodes, IReadOnlyList<string> Context, int Nodes = 0);
