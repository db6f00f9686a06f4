using System.Text.RegularExpressions;

namespace Fleet.Runbooks.Loading;

/// <summary>Takes typed values out of one map; what is wrong goes to the problems and a harmless value comes back, so that reading goes on.</summary>
internal sealed partial class MapReader
{
    private readonly Mapping _map;
    private readonly LoadProblems _problems;

    private MapReader(Mapping map, LoadProblems problems)
    {
        _map = map;
        _problems = problems;
    }

    public Mark Mark => _map.Mark;

    public Mapping Map => _map;

    /// <summary>Null when the node is no map. Unknown keys are told here.</summary>
    public static MapReader? Of(Node node, IReadOnlyList<string> allowed, LoadProblems problems)
    {
        if (node is not Mapping map)
        {
            problems.At(node, "file-expects-map", ("allowed", string.Join(", ", allowed)));
            return null;
        }

        foreach (var (key, _) in map.Entries)
        {
            if (allowed.Contains(key.Value))
                continue;
            if (Suggestion.For(key.Value, allowed) is { } meant)
                problems.At(key, "file-unknown-key-like", ("key", key.Value), ("meant", meant), ("allowed", string.Join(", ", allowed)));
            else
                problems.At(key, "file-unknown-key", ("key", key.Value), ("allowed", string.Join(", ", allowed)));
        }

        return new MapReader(map, problems);
    }

    public Node? Node(string key) => _map[key];

    public string Required(string key)
    {
        if (_map.Find(key) is not null)
            return Optional(key) ?? "";
        _problems.At(_map, "file-missing-key", ("key", key));
        return "";
    }

    public string? Optional(string key) => _map[key] is { } node ? Text(node) : null;

    /// <summary>A name: small letters, digits, hyphens.</summary>
    public string Name(string key = "name")
    {
        var name = Required(key);
        if (name.Length > 0 && !NameForm().IsMatch(name))
            _problems.At(_map[key]!, "file-bad-name", ("value", name));
        return name;
    }

    public bool Flag(string key) => OptionalFlag(key) ?? false;

    public bool? OptionalFlag(string key)
    {
        switch (Optional(key))
        {
            case null or "":
                return null;
            case "true":
                return true;
            case "false":
                return false;
            case var other:
                _problems.At(_map[key]!, "file-bad-flag", ("value", other));
                return null;
        }
    }

    public string? Choice(string key, IReadOnlyList<string> allowed) => Optional(key) is { Length: > 0 } value ? Checks.Choice(_map[key]!, value, allowed, _problems) : null;

    public string? Version(string key)
    {
        if (Optional(key) is not { Length: > 0 } value)
            return null;
        if (VersionForm().IsMatch(value))
            return value;
        _problems.At(_map[key]!, "runbook-bad-version", ("value", value));
        return null;
    }

    public IReadOnlyList<Node> Items(string key)
    {
        switch (_map[key])
        {
            case null or Scalar { IsNull: true }:
                return [];
            case Sequence sequence:
                return sequence.Items;
            case var other:
                _problems.At(other, "file-expects-list", ("key", key));
                return [];
        }
    }

    public IReadOnlyList<string> Texts(string key) => [.. TextsAt(key).Select(t => t.Text)];

    public IReadOnlyList<(Node Node, string Text)> TextsAt(string key) => [.. Items(key).Select(n => (n, Text(n)!)).Where(t => t.Item2 is not null)];

    /// <summary>A map of scalars.</summary>
    public IReadOnlyList<(Scalar Key, Scalar Value)> Pairs(string key)
    {
        switch (_map[key])
        {
            case null or Scalar { IsNull: true }:
                return [];
            case Mapping map:
                var pairs = new List<(Scalar, Scalar)>();
                foreach (var (name, value) in map.Entries)
                {
                    if (value is Scalar scalar)
                        pairs.Add((name, scalar));
                    else
                        _problems.At(value, "file-expects-text");
                }

                return pairs;
            case var other:
                _problems.At(other, "file-expects-pairs", ("key", key));
                return [];
        }
    }

    private string? Text(Node node)
    {
        if (node is not Scalar scalar)
        {
            _problems.At(node, "file-expects-text");
            return null;
        }

        if (scalar.IsNull || string.IsNullOrWhiteSpace(scalar.Value))
        {
            _problems.At(node, "file-empty-value");
            return null;
        }

        return scalar.Value;
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,62}$")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^\d{1,9}(\.\d{1,9}){0,4}$")]
    private static partial Regex VersionForm();
}
