using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Rollouts;

internal static class RolloutViews
{
    public static RolloutView Of(Rollout row, IReadOnlyDictionary<Guid, ZoneStanding> standings, IReadOnlyList<ZoneUpgradeView> zones, int openDecisions)
    {
        var states = row.Included.Select(z => standings[z.ZoneUpgradeId].State).ToList();
        return new RolloutView
        {
            Id = row.Id,
            Name = row.Name,
            State = row.State,
            Reason = row.Reason,
            Package = row.Package,
            Runbook = row.Runbook,
            Waves = [.. row.Included.GroupBy(z => z.Wave).OrderBy(g => g.Key).Select(g => Wave(row, g.Key, standings))],
            Zones = zones,
            Phases = row.Phases,
            Counts = new ZoneCounts
            {
                Waiting = states.Count(s => s == ZoneState.Waiting),
                Running = states.Count(s => s == ZoneState.Running),
                Held = states.Count(s => s == ZoneState.Held),
                Succeeded = states.Count(s => s == ZoneState.Succeeded),
                Failed = states.Count(s => s == ZoneState.Failed),
                Skipped = states.Count(s => s == ZoneState.Skipped),
                Aborted = states.Count(s => s == ZoneState.Aborted),
                Unknown = states.Count(s => s == ZoneState.Unknown),
            },
            MaxParallel = row.MaxParallel,
            Strategy = row.Strategy.Name,
            Budget = row.Budget,
            Failures = RolloutRules.Failures(row, standings),
            AnswersInAdvance = [.. row.AnswersInAdvance.Select(s => new AdvanceAnswerView(s.Fingerprint, s.Kind, s.Choice, s.Comment, s.By, s.At, s.Decision))],
            Plan = row.Plan,
            Approval = row is { Approval: { } asked, Strategy.Approvals: { } rule }
                ? new ApprovalView(rule.Required, RolloutRules.Missing(rule, row.Approvals), rule.From, rule.OneOf, [.. row.Approvals.Select(a => new ApprovalGiven(a.By, a.At, a.Comment))], asked.Id, asked.ExpiresAt)
                : null,
            StartsAt = row.StartsAt,
            ExpiresAt = row.ExpiresAt,
            Until = row.Until,
            Interactive = row.Interactive,
            StartedBy = row.StartedBy,
            StartedAt = row.StartedAt,
            EndedAt = row.EndedAt,
            OpenDecisions = openDecisions,
            TraceId = ZoneUpgradeViews.TraceIdOf(row.TraceParent),
        };
    }

    private static WaveView Wave(Rollout row, int index, IReadOnlyDictionary<Guid, ZoneStanding> standings)
    {
        var wave = row.Waves.FirstOrDefault(w => w.Index == index);
        return new WaveView(index, RolloutRules.StateOf(row, index, standings), [.. row.MembersOf(index).Select(z => z.Zone)])
        {
            Name = wave?.Name,
            PausedBy = wave?.PausedBy,
            BakesUntil = wave is { EndedAt: { } ended, Bake: { } bake, Verdict: null } ? ended + bake : null,
            Verdict = wave?.Verdict,
            Because = wave?.Because ?? [],
            PassedBy = wave?.PassedBy,
        };
    }
}
