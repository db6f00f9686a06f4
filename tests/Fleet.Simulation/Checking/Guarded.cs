namespace Fleet.Simulation.Checking;

/// <summary>4. Rescue is disabled on every hyper before packages are upgraded; no zone ends with a guard in force that nobody kept.</summary>
internal static class Guarded
{
    public static IEnumerable<Violation> Check(History history)
    {
        var rows = new Dictionary<string, ZoneRow>();
        foreach (var e in history.Events)
        {
            if (e is Effect { Packages: true, Unguarded.Count: > 0 } effect && !(rows.TryGetValue(effect.Zone, out var now) && WaivedByPerson(now)))
                yield return new Violation(4, $"packages are upgraded on {effect.Zone} while rescue is enabled on {string.Join(", ", effect.Unguarded)}", effect);
            if (e is not ZoneRow row)
                continue;
            rows[row.Zone] = row;
            if (row.IsEnded && row.GuardsInForce.Except(row.GuardsKept).Any())
                yield return new Violation(4, $"{row.Zone} ended with a guard in force that nobody kept", row);
        }
    }

    private static bool WaivedByPerson(ZoneRow row) => row.Steps.Any(s => s.Key.StartsWith("disable-rescue", StringComparison.Ordinal) && s.Value.State is "ignored" or "marked-done");
}
