using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.Planning;

/// <summary>Whether a phase applies to a zone.</summary>
internal static class Conditions
{
    public static bool Holds(Condition condition, ZoneTraits traits, IReadOnlyDictionary<string, string> facts)
    {
        if (condition.ZoneKind is { } kind && !traits.ZoneIds.Any(z => string.Equals(z.Kind.ToString(), kind, StringComparison.OrdinalIgnoreCase)))
            return false;
        if (condition.SpecialSubZone is { } special && traits.ZoneIds.Any(z => z.SpecialSubZone) != special)
            return false;
        var installer = facts.GetValueOrDefault("versions.installer");
        if (condition.InstallerFrom is { } from && !(Compare(installer, from) >= 0))
            return false;
        if (condition.InstallerBefore is { } before && !(Compare(installer, before) < 0))
            return false;
        return condition.Facts.All(f => facts.GetValueOrDefault(f.Key) == f.Value);
    }

    /// <summary>Per component, numerically; null where one is no version.</summary>
    internal static int? Compare(string? left, string? right)
    {
        if (Parts(left) is not { } l || Parts(right) is not { } r)
            return null;
        for (var i = 0; i < Math.Max(l.Length, r.Length); i++)
        {
            var order = (i < l.Length ? l[i] : 0).CompareTo(i < r.Length ? r[i] : 0);
            if (order != 0)
                return order;
        }

        return 0;
    }

    private static long[]? Parts(string? version)
    {
        if (string.IsNullOrEmpty(version))
            return null;
        var parts = version.Split('.');
        var numbers = new long[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!long.TryParse(parts[i], System.Globalization.NumberStyles.None, null, out numbers[i]))
                return null;
        }

        return numbers;
    }
}
