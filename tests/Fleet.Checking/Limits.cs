namespace Fleet.Checking;

/// <summary>5. Never more zones side by side than allowed, and none starts once the failure budget is spent.</summary>
internal static class Limits
{
    public static IEnumerable<Violation> Check(History history)
    {
        var failed = new Dictionary<Guid, HashSet<Guid>>();
        var byPerson = new HashSet<(Guid, string)>();
        var begun = new HashSet<(Guid, string)>();
        foreach (var e in history.Events)
        {
            switch (e)
            {
                case Audited { Code: "rollout-zone-retry", RolloutId: { } id, Zone: var zone }:
                    byPerson.Add((id, zone));
                    break;
                case RolloutRow row:
                    var starts = row.Started.ToList();
                    var fresh = starts.Where(z => begun.Add((row.RolloutId, z)) && !byPerson.Contains((row.RolloutId, z))).ToList();
                    var counted = failed.GetValueOrDefault(row.RolloutId)?.Count ?? 0;
                    if (fresh.Count > 0 && counted > row.Budget)
                        yield return new Violation(5, $"{string.Join(", ", fresh)} started although {counted} zones have failed and {row.Budget} may", row);
                    if (starts.Count > 0 && row.Running > row.MaxParallel)
                        yield return new Violation(5, $"{row.Running} zones run where {row.MaxParallel} may", row);
                    foreach (var broken in row.Broken)
                        yield return new Violation(5, broken, row);
                    break;
                case ZoneRow row:
                    var failures = failed.TryGetValue(row.RolloutId, out var f) ? f : failed[row.RolloutId] = [];
                    _ = row.CountsAsFailure ? failures.Add(row.ZoneUpgradeId) : failures.Remove(row.ZoneUpgradeId);
                    break;
            }
        }
    }
}
