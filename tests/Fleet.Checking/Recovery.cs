namespace Fleet.Checking;

/// <summary>10. Once the faults are healed every zone reaches an end, or waits on a person who was told.</summary>
internal static class Recovery
{
    public static IEnumerable<Violation> Check(History history)
    {
        if (!history.Events.OfType<Settled>().Any())
            yield break;
        foreach (var row in history.Events.OfType<ZoneRow>().GroupBy(r => r.ZoneUpgradeId).Select(g => g.Last()))
        {
            if (row is { IsEnded: false, Asked: false } && row.State != "waiting")
                yield return new Violation(10, $"{row.Zone} neither ended nor waits on anybody", row);
        }
    }
}
