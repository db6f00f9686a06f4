using System.Globalization;
using Fleet.Contracts.Decisions;

namespace Fleet.Server.Inventory;

/// <summary>Takes the known keys out of one mapping and collects every problem with its place; what is left over at the end is unknown and named.</summary>
internal sealed class MapReader
{
    private readonly List<InventoryProblem> problems;
    private readonly Dictionary<string, (YamlScalar Key, YamlNode Value)> entries = new(StringComparer.Ordinal);
    private readonly List<string> known = [];

    public MapReader(YamlNode node, string path, List<InventoryProblem> problems)
    {
        this.problems = problems;
        Node = node;
        Path = path;
        if (node is not YamlMap map)
        {
            if (node is not YamlScalar { IsNothing: true })
                problems.Add(new(node.Line, node.Column, path, Finding.Of("inventory-not-mapping", ("found", node.Shape))));
            return;
        }

        foreach (var (key, value) in map.Entries)
        {
            if (!entries.TryAdd(key.Value, (key, value)))
                problems.Add(new(key.Line, key.Column, PathOf(key.Value), Finding.Of("inventory-duplicate-key", ("line", entries[key.Value].Key.Line.ToString(CultureInfo.InvariantCulture)))));
        }
    }

    public YamlNode Node { get; }

    public string Path { get; }

    public string PathOf(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    public bool Has(string key) => entries.TryGetValue(key, out var entry) && entry.Value is not YamlScalar { IsNothing: true };

    public YamlNode? Take(string key)
    {
        known.Add(key);
        return Has(key) ? entries[key].Value : null;
    }

    public void Problem(string key, Finding what)
    {
        var at = entries.TryGetValue(key, out var entry) ? entry.Value : Node;
        problems.Add(new(at.Line, at.Column, PathOf(key), what));
    }

    /// <summary>Where a key stands, as a problem would name it.</summary>
    public (int Line, int Column) Place(string key) => entries.TryGetValue(key, out var entry) ? (entry.Value.Line, entry.Value.Column) : (Node.Line, Node.Column);

    public string? Text(string key, Func<string, Finding?>? check = null)
    {
        switch (Take(key))
        {
            case null:
                return null;
            case YamlScalar scalar:
                if (check?.Invoke(scalar.Value) is not { } wrong)
                    return scalar.Value;
                Problem(key, wrong);
                return null;
            case var other:
                Problem(key, Finding.Of("inventory-not-text", ("found", other.Shape)));
                return null;
        }
    }

    public string? RequiredText(string key, string what, Func<string, Finding?>? check = null)
    {
        if (!Has(key))
            Problem(key, Finding.Of("inventory-missing", ("what", what)));
        return Text(key, check);
    }

    public int? Number(string key, int min, int max)
    {
        if (Text(key) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        Problem(key, Finding.Of("inventory-not-number", ("value", text), ("min", min.ToString(CultureInfo.InvariantCulture)), ("max", max.ToString(CultureInfo.InvariantCulture))));
        return null;
    }

    public bool? Flag(string key)
    {
        switch (Text(key))
        {
            case null:
                return null;
            case "true":
                return true;
            case "false":
                return false;
            case var text:
                Problem(key, Finding.Of("inventory-not-bool", ("value", text)));
                return null;
        }
    }

    public IReadOnlyList<(string Path, YamlNode Node)> List(string key)
    {
        switch (Take(key))
        {
            case null:
                return [];
            case YamlList list:
                return [.. list.Items.Select((item, i) => ($"{PathOf(key)}[{i}]", item))];
            case var other:
                Problem(key, Finding.Of("inventory-not-list", ("found", other.Shape)));
                return [];
        }
    }

    public MapReader? Map(string key) => Take(key) is { } node ? new MapReader(node, PathOf(key), problems) : null;

    /// <summary>All entries as name → text, for mappings whose keys are free.</summary>
    public IReadOnlyDictionary<string, string> Texts(Func<string, string, Finding?> check)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in entries.Keys)
        {
            if (Text(key, value => check(key, value)) is { } text)
                texts[key] = text;
        }

        return texts;
    }

    /// <summary>Names every key that nobody took.</summary>
    public void End()
    {
        foreach (var (key, _) in entries.Values)
        {
            if (!known.Contains(key.Value))
                problems.Add(new(key.Line, key.Column, PathOf(key.Value), Finding.Of("inventory-unknown-key", ("allowed", string.Join(", ", known)))));
        }
    }
}
