using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.Planning;

/// <summary>Whether a phase applies to a zone.</summary>
internal static class Conditions
{
    public static bool Holds(Condition condition, ZoneTraits traits, IReadOnlyDictionary<string, string> facts)
    {
        if (condition.ZoneKind is { } kind && !traits.ZoneIds.Any(z => string.Equals(KindOf(z, facts), kind, StringComparison.OrdinalIgnoreCase)))
            return false;
        if (condition.SpecialSubZone is { } special && traits.ZoneIds.Any(z => z.SpecialSubZone) != special)
            return false;
        var installer = facts.GetValueOrDefault("versions.installer");
        if (condition.InstallerFrom is { } from && !(VersionNumber.Compare(installer, from) >= 0))
            return false;
        if (condition.InstallerBefore is { } before && !(VersionNumber.Compare(installer, before) < 0))
            return false;
        return condition.Facts.All(f => facts.GetValueOrDefault(f.Key) == f.Value);
    }

    /// <summary>What the zone said, where it was read; else the inventory.</summary>
    private static string KindOf(ZoneIdTraits zone, IReadOnlyDictionary<string, string> facts) =>
        (zone.Id is { } id ? facts.GetValueOrDefault($"zone.kind.{id}") : null) ?? zone.Kind.ToString();
}
