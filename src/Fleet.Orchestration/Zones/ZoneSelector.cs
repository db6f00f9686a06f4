using Fleet.Contracts.Decisions;

namespace Fleet.Orchestration.Zones;

/// <summary>Which zones are meant: <c>all</c>, names (<c>pek1a,cd1a</c>) or labels that must all hold (<c>region=pek,tier!=canary</c>).</summary>
public sealed record ZoneSelector
{
    private readonly IReadOnlyList<string> _names;
    private readonly IReadOnlyList<(string Label, string Value, bool Equal)> _labels;

    private ZoneSelector(string text, IReadOnlyList<string> names, IReadOnlyList<(string, string, bool)> labels)
    {
        Text = text;
        _names = names;
        _labels = labels;
    }

    public static ZoneSelector All { get; } = new("all", [], []);

    public string Text { get; }

    /// <summary>Names that the selector gives one by one; each must exist.</summary>
    public IReadOnlyList<string> Names => _names;

    public static ZoneSelector Of(IEnumerable<string> names)
    {
        string[] given = [.. names];
        return new(string.Join(',', given), given, []);
    }

    public static Result<ZoneSelector> Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0)
            return Result.Invalid<ZoneSelector>(Finding.Of("selector-empty"));
        if (parts is ["all"])
            return Result.Ok(All);
        var names = new List<string>();
        var labels = new List<(string, string, bool)>();
        foreach (var part in parts)
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at < 0)
                names.Add(part);
            else if (at > 0 && part[at - 1] == '!')
                labels.Add((part[..(at - 1)].Trim(), part[(at + 1)..].Trim(), false));
            else
                labels.Add((part[..at].Trim(), part[(at + 1)..].Trim(), true));
        }

        if (names.Count > 0 && labels.Count > 0)
            return Result.Invalid<ZoneSelector>(Finding.Of("selector-mixed", ("selector", text)));
        if (labels.Any(l => l.Item1.Length == 0))
            return Result.Invalid<ZoneSelector>(Finding.Of("selector-label-empty", ("selector", text)));
        return Result.Ok(new ZoneSelector(text, names, labels));
    }

    public bool Matches(InventoryZone zone) =>
        (_names.Count == 0 || _names.Contains(zone.Name))
        && _labels.All(l => (zone.Traits.Labels.TryGetValue(l.Label, out var value) && value == l.Value) == l.Equal);
}
