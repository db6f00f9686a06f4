using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Reports;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Metrics;

/// <summary>What a change of a zone upgrade's row adds to the measurements. Pure; recorded once the change is committed, so that what was decided and thrown away counts nothing.</summary>
internal static class ZoneMeasures
{
    public const string Pipeline = "zone-upgrade";

    /// <param name="kind">Of the zone; see <see cref="Planning.ZoneLikeness"/>.</param>
    /// <param name="created">When the row was made.</param>
    public static IReadOnlyList<Measure> Of(ZoneUpgrade before, ZoneUpgrade after, string kind, string pool, DateTimeOffset created, DateTimeOffset now) =>
        [.. Run(before, after, kind, created, now), .. Steps(before, after, kind, now), .. Phases(before, after, kind, now), .. Waits(before, after, now), .. Workers(before, after, pool, now)];

    private static IEnumerable<Measure> Run(ZoneUpgrade before, ZoneUpgrade after, string kind, DateTimeOffset created, DateTimeOffset now)
    {
        // An errand and the late release of a guard are work on a zone that has had its end.
        if (before.Errand is not null || after.Errand is not null)
            yield break;
        if (before.StartedAt is null && after.StartedAt is { } started)
            yield return new(OrchestrationMetrics.RunDuration, Seconds(created, started), Pipeline, "pending", null, kind);
        if (before.Ending is not null || after.Ending is not { } ending)
            yield break;
        if (before.State != ZoneState.Waiting && (after.ClockFrom ?? after.StartedAt) is { } from)
            yield return new(OrchestrationMetrics.RunDuration, Seconds(from, now), Pipeline, "executing", ResultOf(ending), kind);
        else if (after.StartedAt is null)
            yield return new(OrchestrationMetrics.RunDuration, Seconds(created, now), Pipeline, "pending", ResultOf(ending), kind);
    }

    private static IEnumerable<Measure> Steps(ZoneUpgrade before, ZoneUpgrade after, string kind, DateTimeOffset now)
    {
        if (ReferenceEquals(before.Steps, after.Steps))
            yield break;
        foreach (var step in after.Steps.Where(s => s is { EndedAt: not null, Outcome: not null }))
        {
            if (before.Steps.Any(s => s.Phase == step.Phase && s.Step == step.Step && s.Attempt == step.Attempt && s.EndedAt is not null))
                continue;
            var outcome = step.Outcome!.Value;
            if (outcome != StepOutcome.Skipped)
                yield return new(OrchestrationMetrics.StepDuration, Worked([step], before, after, now), step.Phase, step.Step, kind, ResultOf(outcome));
            if (outcome is StepOutcome.Failed or StepOutcome.TimedOut or StepOutcome.Unknown)
                yield return new(OrchestrationMetrics.RunErrors, 1, Pipeline, $"step-{Words.Of(outcome)}");
        }
    }

    private static IEnumerable<Measure> Phases(ZoneUpgrade before, ZoneUpgrade after, string kind, DateTimeOffset now)
    {
        var done = ReferenceEquals(before.PhasesDone, after.PhasesDone) ? [] : after.PhasesDone.Except(before.PhasesDone).Select(p => (Phase: p, Result: "success")).ToList();
        // The zone heads for its end out of the middle of a phase.
        if (before.Ending is null && after.Ending is { } ending && before.Phase is { } broken && !after.PhasesDone.Contains(broken) && ending.State != ZoneState.Skipped)
            done.Add((broken, ResultOf(ending)));
        foreach (var (phase, result) in done)
        {
            var steps = after.Steps.Where(s => s.Phase == phase).ToList();
            if (steps.Any(s => s.Outcome != StepOutcome.Skipped))
                yield return new(OrchestrationMetrics.PhaseDuration, Worked(steps, before, after, now), phase, kind, result);
        }
    }

    private static IEnumerable<Measure> Waits(ZoneUpgrade before, ZoneUpgrade after, DateTimeOffset now)
    {
        if (ReferenceEquals(before.Decisions, after.Decisions))
            return [];
        var asked = before.Decisions.Where(d => d.AwaitsPerson).ToDictionary(d => d.Id);
        return Closed(after.Decisions.Where(d => asked.ContainsKey(d.Id)), now);
    }

    /// <summary>Of questions that waited for a person before, those that do no longer.</summary>
    public static IEnumerable<Measure> Closed(IEnumerable<Decision> asked, DateTimeOffset now) =>
        asked.Where(d => !d.IsOpen).Select(d => new Measure(OrchestrationMetrics.DecisionWait, Seconds(d.AskedAt, d.Answer?.At ?? now), Words.Of(d.Kind), Words.Of(d.State)));

    private static IEnumerable<Measure> Workers(ZoneUpgrade before, ZoneUpgrade after, string pool, DateTimeOffset now)
    {
        if (before.Work == Work.Sent && after.WorkerId is not null && before.WorkerId is null && before.Epoch == after.Epoch)
        {
            if (after.DispatchedAt is { } sent)
                yield return new(OrchestrationMetrics.DispatchDuration, Seconds(sent, now), pool);
            if (before.LostAt is { } lost)
                yield return new(OrchestrationMetrics.TakeoverDuration, Seconds(lost, now), pool);
        }

        if (after.LostAt is { } since && since != before.LostAt)
            yield return new(OrchestrationMetrics.LeaseLosses, 1);
    }

    /// <summary>The time of these steps in which no person was waited for. What was withdrawn at a moment that nobody knows counts as work.</summary>
    private static double Worked(IReadOnlyList<StepRecord> steps, ZoneUpgrade before, ZoneUpgrade after, DateTimeOffset now)
    {
        var open = before.Decisions.Where(d => d.AwaitsPerson).Select(d => d.Id).ToHashSet();
        var asked = after.Decisions.Where(d => d.AwaitsPerson || open.Contains(d.Id) || d.Answer is { } answer && !answer.By.StartsWith(Actors.Policy(string.Empty), StringComparison.Ordinal))
            .Select(d => new Stretch(d.AskedAt, d.Answer?.At ?? now));
        return Stretches.Length(Stretches.Without(Stretches.Union(steps.Select(s => new Stretch(s.StartedAt, s.EndedAt ?? now))), [.. asked])).TotalSeconds;
    }

    private static string ResultOf(Ending ending) => ending.State switch
    {
        ZoneState.Succeeded => "success",
        ZoneState.Failed => "failure",
        ZoneState.Skipped => "skip",
        ZoneState.Aborted => "cancellation",
        _ => "error",
    };

    private static string ResultOf(StepOutcome outcome) => outcome switch
    {
        StepOutcome.Succeeded => "success",
        StepOutcome.Failed => "failure",
        StepOutcome.Cancelled => "cancellation",
        StepOutcome.TimedOut => "timeout",
        _ => "error",
    };

    private static double Seconds(DateTimeOffset from, DateTimeOffset to) => Math.Max(0, (to - from).TotalSeconds);
}
