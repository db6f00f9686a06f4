namespace Fleet.Server.Api.Zones;

/// <summary>Compares what a zone's record says with what was read there now.</summary>
internal static class Standing
{
    /// <summary>Facts that were read now and differ; what was not read now says nothing.</summary>
    public static IReadOnlyList<FactChange> Changes(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now) =>
    [
        .. now.Where(f => before.GetValueOrDefault(f.Key) != f.Value)
            .OrderBy(f => f.Key, StringComparer.Ordinal)
            .Select(f => new FactChange(f.Key, before.GetValueOrDefault(f.Key), f.Value)),
    ];
}
