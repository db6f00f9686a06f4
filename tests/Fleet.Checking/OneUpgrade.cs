namespace Fleet.Checking;

/// <summary>3. At most one zone upgrade runs on a zone, and one execution at a time.</summary>
internal static class OneUpgrade
{
    public static IEnumerable<Violation> Check(History history)
    {
        var running = new Dictionary<string, ExecutionBegan>();
        var over = new Dictionary<Guid, ZoneRow>();
        var holders = new Dictionary<string, ZoneRow>();
        foreach (var e in history.Events)
        {
            switch (e)
            {
                case ZoneRow row when row.State is "running" or "held":
                    if (holders.TryGetValue(row.Zone, out var other) && other.ZoneUpgradeId != row.ZoneUpgradeId)
                        yield return new Violation(3, $"two zone upgrades are under way on {row.Zone}", other, row);
                    holders[row.Zone] = row;
                    over.Remove(row.ZoneUpgradeId);
                    break;
                case ZoneRow { IsEnded: true } ended:
                    over[ended.ZoneUpgradeId] = ended;
                    if (holders.GetValueOrDefault(ended.Zone)?.ZoneUpgradeId == ended.ZoneUpgradeId)
                        holders.Remove(ended.Zone);
                    break;
                case ExecutionBegan began:
                    if (running.TryGetValue(began.Zone, out var at))
                        yield return new Violation(3, $"two executions run on {began.Zone} at once", at, began);
                    running[began.Zone] = began;
                    if (over.TryGetValue(began.ZoneUpgradeId, out var end))
                        yield return new Violation(3, $"{began.Step} ran on {began.Zone} after its zone upgrade had ended", end, began);
                    if (holders.TryGetValue(began.Zone, out var holder) && holder.ZoneUpgradeId != began.ZoneUpgradeId)
                        yield return new Violation(3, $"{began.Zone} belongs to another zone upgrade", holder, began);
                    break;
                case ExecutionEnded ended when running.GetValueOrDefault(ended.Zone)?.ExecutionId == ended.ExecutionId:
                    running.Remove(ended.Zone);
                    break;
            }
        }
    }
}
