using Fleet.Contracts.Decisions;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.RollbackSheets;

/// <summary>What must be true before anything is taken back.</summary>
internal static class RollbackConditions
{
    public static IEnumerable<RollbackCondition> Of(RollbackBasis basis)
    {
        var row = basis.Row;
        yield return basis.TakenBy is { } by
            ? new(Finding.Of("rollback-before-taken", ("zone", row.Zone), ("by", by)), true)
            : new(Finding.Of("rollback-before-take", ("zone", row.Zone)), false);
        yield return new(Finding.Of("rollback-before-quiet", ("zone", row.Zone)), !row.IsDispatched && !ZoneUpgradeRules.RunsSomething(row));
        yield return new(Finding.Of("rollback-before-foreign"), null);
        foreach (var guard in row.GuardsInForce)
            yield return new(Finding.Of("rollback-before-guard", ("guard", guard.Name), ("nodes", string.Join(", ", guard.Nodes))), row.KeptGuards.ContainsKey(guard.Name) ? true : null);
    }
}
