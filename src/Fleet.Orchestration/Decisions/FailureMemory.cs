using Fleet.Contracts.Phases;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Decisions;

/// <summary>What was answered when the same was asked before, over all zones and rollouts, and what the rest of those upgrades said of it.</summary>
internal static class FailureMemory
{
    /// <summary>So many past answers are looked at, the newest.</summary>
    private const int MostPast = 200;
    private const int MostBadEnds = 3;

    public static async Task<IReadOnlyList<RememberedAnswer>> ReadAsync(FleetDbContext db, DecisionRow asked, CancellationToken cancellationToken)
    {
        if (asked.IsOfRollout)
            return [];
        var past = await (
            from decision in db.Decisions.AsNoTracking()
            where decision.Fingerprint == asked.Fingerprint && decision.State == DecisionState.Answered && decision.Id != asked.Id
            join upgrade in db.ZoneUpgrades.AsNoTracking() on decision.ZoneUpgradeId equals upgrade.CorrelationId
            join rollout in db.Rollouts.AsNoTracking() on decision.RolloutId equals rollout.CorrelationId
            orderby decision.AskedAt descending
            select new PastAnswer(decision.Decision, upgrade.Row, rollout.Name)).Take(MostPast).ToListAsync(cancellationToken);
        return Of(past);
    }

    /// <summary>Bad ends first: by choice, those with the most of them before the others.</summary>
    internal static IReadOnlyList<RememberedAnswer> Of(IReadOnlyList<PastAnswer> past) =>
    [
        .. past.Where(p => p.Decision.Answer is not null)
            .Select(p => (p, Answer: p.Decision.Answer!, State: p.Upgrade.Errand is null ? p.Upgrade.State : ZoneState.Succeeded, Bad: WhatWentWrong(p.Decision, p.Upgrade)))
            .GroupBy(p => p.Answer.Text ?? p.Answer.Choice)
            .Select(g => new RememberedAnswer(
                g.Key,
                g.Count(),
                g.Count(x => x.Bad is null && x.State == ZoneState.Succeeded),
                g.Count(x => x.Bad is not null),
                g.Count(x => x.Bad is null && x.State != ZoneState.Succeeded),
                [.. g.Where(x => x.Bad is not null).OrderByDescending(x => x.Answer.At).Take(MostBadEnds).Select(x => new BadEnd(x.p.Upgrade.Zone, x.p.Rollout, x.Answer.At, x.Answer.By, x.Bad!))]))
            .OrderByDescending(r => r.Bad).ThenByDescending(r => r.Times),
    ];

    /// <summary>
    /// A step that failed after the answer, the last one where there are more; else an end that was not well. Null: nothing is known to have gone wrong. What was done on the zone after its upgrade is no
    /// consequence of an answer within it.
    /// </summary>
    private static string? WhatWentWrong(Decision decision, ZoneUpgrade upgrade)
    {
        var at = decision.Answer!.At;
        var until = (upgrade.Errand?.EndedAt ?? upgrade.EndedAt) is { } ended && at <= ended ? ended : DateTimeOffset.MaxValue;
        var failed = upgrade.Steps.LastOrDefault(s => s.StartedAt >= at && s.StartedAt < until && s.Outcome is StepOutcome.Failed or StepOutcome.TimedOut or StepOutcome.Unknown);
        return failed is not null ? $"{failed.Phase}/{failed.Step}" : upgrade.State is ZoneState.Failed or ZoneState.Unknown ? Words.Of(upgrade.State) : null;
    }
}

/// <param name="Rollout">Its name.</param>
internal sealed record PastAnswer(Decision Decision, ZoneUpgrade Upgrade, string Rollout);
