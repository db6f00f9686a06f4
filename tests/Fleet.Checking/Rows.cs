using Fleet.Orchestration;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Checking;

/// <summary>The product's rows as events of a history.</summary>
internal static class Rows
{
    public static ZoneRow Of(ZoneUpgrade row, DateTimeOffset at, int auditEntries) => new(
        at,
        row.Zone,
        row.Id,
        row.RolloutId,
        Words.Of(row.State),
        row.Phase,
        Words.Of(row.Work),
        row.Epoch,
        row.WorkerId,
        row.Ledger.ToDictionary(e => $"{e.Phase}/{e.Step}", e => new StepRow(e.Attempt, Words.Of(e.State), e.ExecutionId)),
        row.PhasesDone,
        [.. row.GuardsInForce.Select(g => g.Name)],
        [.. row.KeptGuards.Keys],
        row.Decisions.Any(d => d.AwaitsPerson),
        row.CountsAsFailure,
        auditEntries);

    public static RolloutRow Of(Rollout row, DateTimeOffset at, IReadOnlyList<RolloutZone> started, IReadOnlyDictionary<Guid, ZoneStanding> standings) => new(
        at,
        row.Id,
        Words.Of(row.State),
        [.. started.Select(z => z.Zone)],
        row.Included.Count(z => RolloutRules.IsRunning(z, standings[z.ZoneUpgradeId])),
        RolloutRules.Failures(row, standings),
        row.Strategy.MaxParallel,
        row.Budget);
}
