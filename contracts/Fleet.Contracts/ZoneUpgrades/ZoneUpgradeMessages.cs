namespace Fleet.Contracts.ZoneUpgrades;

/// <summary>The rollout has started this zone, in its own row; now the zone's row follows.</summary>
public sealed record StartZoneUpgrade(Guid ZoneUpgradeId, Guid RolloutId);

/// <summary>Something is owed for this zone upgrade (a dispatch, an answer, a stop), or time passed: it looks at its row again. Carries no state: the row does.</summary>
public sealed record ZoneUpgradeDue(Guid ZoneUpgradeId);
