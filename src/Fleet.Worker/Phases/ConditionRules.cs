using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;

namespace Fleet.Worker.Phases;

/// <summary>Whether a phase or step applies to a zone.</summary>
internal static class ConditionRules
{
    /// <summary>Null when it applies; else what does not hold, for people.</summary>
    public static string? WhyNot(Condition condition, ZoneTraits traits, IReadOnlyDictionary<string, string> facts)
    {
        if (condition.ZoneKind is { } kind && !traits.ZoneIds.Any(id => string.Equals(KindOf(id, facts), kind, StringComparison.OrdinalIgnoreCase)))
            return $"no zone id is {kind}";
        if (condition.SpecialSubZone is { } special && traits.ZoneIds.Any(id => id.SpecialSubZone) != special)
            return special ? "no zone id is a special sub zone" : "a zone id is a special sub zone";
        var installer = facts.GetValueOrDefault("versions.installer");
        if (condition.InstallerFrom is { } from && !(VersionNumber.Compare(installer, from) >= 0))
            return $"installer {installer ?? "unknown"} is older than {from}";
        if (condition.InstallerBefore is { } before && !(VersionNumber.Compare(installer, before) < 0))
            return $"installer {installer ?? "unknown"} is not older than {before}";
        foreach (var (name, value) in condition.Facts)
        {
            if (facts.GetValueOrDefault(name) != value)
                return $"{name} is {facts.GetValueOrDefault(name) ?? "not set"}, not {value}";
        }
        return null;
    }

    /// <summary>What the zone said, where it was read; the inventory else.</summary>
    private static string KindOf(ZoneIdTraits id, IReadOnlyDictionary<string, string> facts) =>
        (id.Id is { } name ? facts.GetValueOrDefault($"zone.kind.{name}") : null) ?? (id.Kind == ZoneKind.Global ? "global" : "sub");
}
