using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Traces;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Server.Api.Rollouts;

/// <summary>One zone within a rollout.</summary>
public sealed record RolloutZoneDocument
{
    /// <summary>The zone upgrade's.</summary>
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required ZoneState State { get; init; }

    /// <summary>Why it stands still though nothing is asked: <c>pausing</c> (on its way to its next safe point), <c>paused</c>, <c>until</c>, <c>taken</c>, <c>blocked</c> (another rollout has its firstbox, or it is gone from the inventory), <c>no-worker</c>.</summary>
    public string? Standing { get; init; }

    /// <summary>Since when a pause, a person who has the zone, or a closed window has had its effect; null: it is at work, or still on its way to its next safe point.</summary>
    public DateTimeOffset? StandsSince { get; init; }

    /// <summary>Since when it is at work for longer than its strategy allows; it counts as a failure until it has succeeded. Null: it is not.</summary>
    public DateTimeOffset? LateSince { get; init; }

    /// <summary>Who lets this zone alone stand; null: nobody.</summary>
    public string? PausedBy { get; init; }

    /// <summary>Why its calendar lets nothing begin there now.</summary>
    public Told? Closed { get; init; }
    public required int Wave { get; init; }
    public string? Phase { get; init; }
    public string? Step { get; init; }
    public int? Attempt { get; init; }

    /// <summary>When the current step began.</summary>
    public DateTimeOffset? Since { get; init; }
    public StepProgress? Progress { get; init; }

    /// <summary>What keeps the step from going on now, as a sentence, like a firstbox that cannot be reached.</summary>
    public string? Trouble { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public required IReadOnlyList<string> PhasesDone { get; init; }
    public required IReadOnlyList<GuardState> Guards { get; init; }

    /// <summary>Components that were not upgraded.</summary>
    public required IReadOnlyList<SkippedComponent> Skipped { get; init; }
    public required IReadOnlyList<Debt> Debts { get; init; }

    /// <summary>Ids of open decisions.</summary>
    public required IReadOnlyList<Guid> Decisions { get; init; }

    /// <summary>Why it did not go well, as a sentence.</summary>
    public string? Error { get; init; }
    public string? ErrorCode { get; init; }
    public string? WorkerId { get; init; }
    public string? TraceId { get; init; }

    public static RolloutZoneDocument Of(ZoneUpgradeView view) => new()
    {
        Id = view.Id,
        Name = view.Name,
        State = view.State,
        Standing = view.Standing,
        StandsSince = view.StandsSince,
        LateSince = view.LateSince,
        PausedBy = view.PausedBy,
        Closed = view.Closed is null ? null : Told.Of(view.Closed),
        Wave = view.Wave,
        Phase = view.Phase,
        Step = view.Step,
        Attempt = view.Attempt,
        Since = view.Since,
        Progress = view.Progress,
        Trouble = view.Progress?.Trouble is { } trouble ? Told.Sentence(trouble) : null,
        StartedAt = view.StartedAt,
        EndedAt = view.EndedAt,
        PhasesDone = view.PhasesDone,
        Guards = [.. view.Guards.Where(g => !g.Released)],
        Skipped = view.Skipped,
        Debts = view.Debts,
        Decisions = view.OpenDecisions,
        Error = view.Error is null ? null : Told.Sentence(view.Error),
        ErrorCode = view.Error?.Code,
        WorkerId = view.WorkerId,
        TraceId = view.TraceId,
    };
}

/// <summary>One zone within a rollout with every step that was tried.</summary>
public sealed record ZoneUpgradeDocument(Guid Rollout, RolloutZoneDocument Zone, IReadOnlyList<StepDocument> Steps, IReadOnlyDictionary<string, string> Facts)
{
    public static ZoneUpgradeDocument Of(ZoneUpgradeView view) => new(view.RolloutId, RolloutZoneDocument.Of(view), [.. view.Steps.Select(s => StepDocument.Of(s) with { SpanId = SpanOf(view, s) })], view.Facts);

    private static string? SpanOf(ZoneUpgradeView view, StepRecord step) => view.TraceId == SpanIds.Trace(view.Id) ? SpanIds.Step(view.Id, step.Phase, step.Step, step.Attempt) : null;
}

public sealed record StepDocument
{
    public required string Phase { get; init; }
    public required string Step { get; init; }
    public required int Attempt { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public StepOutcome? Outcome { get; init; }
    public required bool AlreadyDone { get; init; }
    public string? SettledAs { get; init; }
    public string? SettledBy { get; init; }
    public string? ExecutionId { get; init; }
    public int? ExitCode { get; init; }

    /// <summary>Of this attempt in the zone upgrade's trace, where it has a trace of its own.</summary>
    public string? SpanId { get; init; }
    public required IReadOnlyList<Told> Findings { get; init; }

    /// <summary>Backups that it found whole.</summary>
    public required IReadOnlyList<BackupDocument> Backups { get; init; }

    public static StepDocument Of(StepRecord step) => new()
    {
        Phase = step.Phase,
        Step = step.Step,
        Attempt = step.Attempt,
        StartedAt = step.StartedAt,
        EndedAt = step.EndedAt,
        Outcome = step.Outcome,
        AlreadyDone = step.AlreadyDone,
        SettledAs = step.SettledAs,
        SettledBy = step.SettledBy,
        ExecutionId = step.ExecutionId,
        ExitCode = step.ExitCode,
        Findings = [.. step.Findings.Select(Told.Of)],
        Backups = [.. step.Backups.Select(BackupDocument.Of)],
    };
}
