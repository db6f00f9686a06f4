using System.Text.RegularExpressions;
using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Loading;

/// <summary>Settings may be built from other settings; here they are filled in, and cycles and unknown names are told.</summary>
internal static partial class SettingsReader
{
    public static IReadOnlyDictionary<string, string> Read(MapReader runbook, LoadProblems problems)
    {
        var raw = new Dictionary<string, Scalar>(StringComparer.Ordinal);
        foreach (var (key, value) in runbook.Pairs("settings"))
        {
            if (!NameForm().IsMatch(key.Value) || key.Value.Split('.')[0] is "facts" or "package")
                problems.At(key, "runbook-bad-setting-name", ("value", key.Value));
            else if (value.IsNull || value.Value.Length == 0)
                problems.At(value, "file-empty-value");
            else
                raw[key.Value] = value;
        }

        var done = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in raw.Keys)
            Resolve(name, raw, done, [], problems);
        return done;
    }

    /// <summary>Fills settings into a value; names that are no setting are told. Facts stay for the worker where they are allowed.</summary>
    public static string Fill(Node node, string value, IReadOnlyDictionary<string, string> settings, bool factsAllowed, LoadProblems problems)
    {
        Check(node, value, settings, factsAllowed, problems);
        return Placeholders.Fill(value, settings.GetValueOrDefault);
    }

    public static void Check(Node node, string value, IReadOnlyDictionary<string, string> settings, bool factsAllowed, LoadProblems problems, bool packageAllowed = false, string? alsoAllowed = null)
    {
        foreach (var name in Placeholders.In(value))
        {
            if (settings.ContainsKey(name) || name == alsoAllowed || (packageAllowed && Placeholders.Package.Contains(name)))
                continue;
            if (!name.StartsWith(Placeholders.FactPrefix, StringComparison.Ordinal))
                Unknown(node, name, packageAllowed ? settings.Keys.Concat(Placeholders.Package) : settings.Keys, problems);
            else if (!factsAllowed)
                problems.At(node, "runbook-fact-not-here", ("name", name));
        }
    }

    private static string? Resolve(string name, Dictionary<string, Scalar> raw, SortedDictionary<string, string> done, List<string> onTheWay, LoadProblems problems)
    {
        if (done.TryGetValue(name, out var known))
            return known;
        if (!raw.TryGetValue(name, out var node))
            return null;
        if (onTheWay.Contains(name))
        {
            problems.At(node, "runbook-setting-cycle", ("names", string.Join(" → ", [.. onTheWay.SkipWhile(n => n != name), name])));
            return done[name] = "";
        }

        onTheWay.Add(name);
        var value = Placeholders.Fill(node.Value, used =>
        {
            var found = Resolve(used, raw, done, onTheWay, problems);
            if (found is null)
                Unknown(node, used, raw.Keys, problems);
            return found;
        });
        onTheWay.RemoveAt(onTheWay.Count - 1);
        if (value.Length > NodeReader.MaxScalar)
        {
            problems.At(node, "file-over-limit", ("what", "characters in one value"), ("limit", NodeReader.MaxScalar.ToString()));
            value = "";
        }

        return done[name] = value;
    }

    private static void Unknown(Node node, string name, IEnumerable<string> known, LoadProblems problems)
    {
        if (Suggestion.For(name, known) is { } meant)
            problems.At(node, "runbook-unknown-setting-like", ("name", name), ("meant", meant));
        else
            problems.At(node, "runbook-unknown-setting", ("name", name));
    }

    [GeneratedRegex(@"^[a-z][A-Za-z0-9-]*(\.[A-Za-z0-9_-]+)+$")]
    private static partial Regex NameForm();
}
