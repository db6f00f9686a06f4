using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Reports;

/// <summary>
/// Where the time of one zone went. Work: a step was under way and no person was waited for. Waiting: at least one question to a person was open. The rest it stood: a pause, a closed
/// window, no worker. Pure.
/// </summary>
public sealed record ZoneTimes
{
    /// <summary>From its start to its end, or to now; zero for a zone that was never started.</summary>
    public required TimeSpan Total { get; init; }
    public required IReadOnlyList<Stretch> Working { get; init; }
    public required IReadOnlyList<Stretch> Waiting { get; init; }
    public required IReadOnlyList<ZonePhase> Phases { get; init; }

    public TimeSpan Standing => Total - Stretches.Length(Working) - Stretches.Length(Waiting);

    /// <param name="phases">The upgrade's. What else was done on the zone is no part of what the upgrade took.</param>
    public static ZoneTimes Of(ZoneUpgradeView zone, IReadOnlyList<string> phases, IReadOnlyList<ReportDecision> decisions, DateTimeOffset now)
    {
        List<StepRecord> steps = [.. zone.Steps.Where(s => phases.Contains(s.Phase)).OrderBy(s => s.StartedAt)];
        if ((zone.StartedAt ?? (steps.Count > 0 ? steps[0].StartedAt : null)) is not { } start)
            return new ZoneTimes { Total = TimeSpan.Zero, Working = [], Waiting = [], Phases = [] };
        var end = zone.EndedAt ?? now;
        var waiting = Stretches.Within(decisions.Select(d => Open(d, now)), start, end);
        var through = steps.GroupBy(s => s.Phase).Select(phase =>
        {
            var under = Stretches.Within(phase.Select(s => new Stretch(s.StartedAt, s.EndedAt ?? end)), start, end);
            return new ZonePhase(
                phase.Key,
                phase.Min(s => s.StartedAt),
                phase.All(s => s.EndedAt is not null) ? phase.Max(s => s.EndedAt) : zone.EndedAt,
                Stretches.Without(under, waiting),
                Stretches.Within(decisions.Where(d => d.View.Phase == phase.Key).Select(d => Open(d, now)), start, end));
        });
        return new ZoneTimes
        {
            Total = end > start ? end - start : TimeSpan.Zero,
            Working = Stretches.Without(Stretches.Within(steps.Select(s => new Stretch(s.StartedAt, s.EndedAt ?? end)), start, end), waiting),
            Waiting = waiting,
            Phases = [.. through.OrderBy(p => p.From)],
        };
    }

    /// <summary>While a person was waited for. What closed at a moment that nobody knows counts for nothing: better too little than made up.</summary>
    public static Stretch Open(ReportDecision decision, DateTimeOffset now) => decision switch
    {
        { ByPolicy: true } => default,
        { ClosedAt: { } closed } => new Stretch(decision.View.AskedAt, closed),
        { View.State: DecisionState.Open } => new Stretch(decision.View.AskedAt, now),
        _ => default,
    };
}

/// <param name="To">Null: it is under way.</param>
/// <param name="Waiting">For people, over its own questions.</param>
public sealed record ZonePhase(string Name, DateTimeOffset From, DateTimeOffset? To, IReadOnlyList<Stretch> Working, IReadOnlyList<Stretch> Waiting);
