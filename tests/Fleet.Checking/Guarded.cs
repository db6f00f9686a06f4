namespace Fleet.Checking;

/// <summary>4. Rescue is disabled on every hyper before packages are upgraded; no zone ends with a guard in force that nobody kept, and no node carries its flag that no row knows of.</summary>
internal static class Guarded
{
    public static IEnumerable<Violation> Check(History history)
    {
        var rows = new Dictionary<Guid, ZoneRow>();
        foreach (var e in history.Events)
        {
            switch (e)
            {
                case Effect { Packages: true, Unguarded.Count: > 0 } effect when !rows.Values.Any(r => r.Zone == effect.Zone && SaidBySomebody(r, "disable-rescue")):
                    yield return new Violation(4, $"packages are upgraded on {effect.Zone} while rescue is enabled on {string.Join(", ", effect.Unguarded)}", effect);
                    break;
                case FlagsRead read when read.Flagged.Except(read.Before).ToList() is { Count: > 0 } left:
                    var known = rows.Values.Where(r => r.Zone == read.Zone).ToList();
                    if (!known.Exists(r => r.GuardsInForce.Count > 0 || SaidBySomebody(r, "release-rescue", "enable-rescue")))
                        yield return new Violation(4, $"rescue is still disabled on {string.Join(", ", left)}, and no guard of {read.Zone} is in force", [.. known, read]);
                    break;
                case ZoneRow row:
                    rows[row.ZoneUpgradeId] = row;
                    if (row.IsEnded && row.GuardsInForce.Except(row.GuardsKept).Any())
                        yield return new Violation(4, $"{row.Zone} ended with a guard in force that nobody kept", row);
                    break;
            }
        }
    }

    private static bool SaidBySomebody(ZoneRow row, params ReadOnlySpan<string> steps)
    {
        foreach (var (key, step) in row.Steps)
        {
            if (step.State is "ignored" or "marked-done" && steps.Contains(key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..]))
                return true;
        }

        return false;
    }
}
