namespace Fleet.Server.Api.Zones;

/// <summary>Compares two readings of a zone.</summary>
internal static class FactChanges
{
    /// <summary>What differs, what is gone too. Where nothing could be read nothing is known to differ.</summary>
    public static IReadOnlyList<FactChange> Between(IReadOnlyDictionary<string, string>? before, IReadOnlyDictionary<string, string> now) =>
        before is null || now.Count == 0
            ? []
            :
            [
                .. before.Keys.Union(now.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                    .Select(fact => new FactChange(fact, before.GetValueOrDefault(fact), now.GetValueOrDefault(fact)))
                    .Where(change => change.Before != change.After),
            ];
}
