using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Zones;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Planning;

/// <summary>Whether global zones and their subs would differ by more versions than the strategy allows, at any time of the rollout. Pure.</summary>
internal static class SkewCheck
{
    /// <param name="most">Minor versions; null: any.</param>
    /// <param name="upgraded">The names of the rollout's zones.</param>
    /// <param name="inventory">All zones.</param>
    /// <param name="versionOf">The installer's version that was read of a zone last; null: none was.</param>
    /// <param name="target">The installer's version that the zones are upgraded to.</param>
    public static IReadOnlyList<Finding> Problems(
        int? most, GlobalOrder order, IReadOnlySet<string> upgraded, IReadOnlyList<InventoryZone> inventory, Func<string, string?> versionOf, string target)
    {
        if (most is null)
            return [];
        var problems = new List<Finding>();
        foreach (var sub in inventory.Where(z => z.Global is not null && (upgraded.Contains(z.Name) || upgraded.Contains(z.Global))))
        {
            // Whichever is first, the other is still as it was then; one that is not upgraded stays so. Which it is says the order where there is one.
            IEnumerable<(string Moved, string Stays)> times = (upgraded.Contains(sub.Name), upgraded.Contains(sub.Global!)) switch
            {
                (true, false) => [(sub.Name, sub.Global!)],
                (false, true) => [(sub.Global!, sub.Name)],
                _ => order switch
                {
                    GlobalOrder.First => [(sub.Global!, sub.Name)],
                    GlobalOrder.Last => [(sub.Name, sub.Global!)],
                    _ => [(sub.Global!, sub.Name), (sub.Name, sub.Global!)],
                },
            };
            foreach (var (moved, stays) in times)
            {
                if (versionOf(stays) is not { } version)
                    problems.Add(Finding.Of("strategy-skew-unknown", ("zone", stays), ("other", moved)));
                else if (VersionNumber.MinorsBetween(version, target) is not { } apart || apart > most)
                    problems.Add(Finding.Of("strategy-skew", ("zone", moved), ("target", target), ("other", stays), ("version", version), ("most", $"{most}")));
            }
        }

        return [.. problems.DistinctBy(p => (p.Code, p.Args["zone"], p.Args["other"]))];
    }
}
