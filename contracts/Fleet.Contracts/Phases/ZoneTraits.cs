namespace Fleet.Contracts.Phases;

/// <summary>What the inventory says of a zone, as far as steps depend on it.</summary>
public sealed record ZoneTraits
{
    /// <summary>One entry per zone id that the environment manages; one with a null id where the inventory names none (the id is read from the zone).</summary>
    public required IReadOnlyList<ZoneIdTraits> ZoneIds { get; init; }

    /// <summary>Declared so old that higher QEMU versions should go (Q9).</summary>
    public bool LegacyQemu { get; init; }

    /// <summary>Per component of upgrade_pkgs.sh -i: <c>yes</c>, <c>ask</c> or <c>skip</c>, over the runbook's own policies (Q18).</summary>
    public IReadOnlyDictionary<string, string> Components { get; init; } = new Dictionary<string, string>();

    /// <summary>The zone allows the dead-man's rule: after so long without Fleet its firstbox releases a guard by itself, where nothing stands in the way. Null: it does not.</summary>
    public TimeSpan? DeadMan { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

public sealed record ZoneIdTraits(string? Id, ZoneKind Kind, bool SpecialSubZone);

[System.Text.Json.Serialization.JsonConverter(typeof(KebabCaseEnumConverter<ZoneKind>))]
public enum ZoneKind
{
    Global,
    Sub,
}
