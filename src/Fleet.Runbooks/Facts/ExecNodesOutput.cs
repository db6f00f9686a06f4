using System.Text.RegularExpressions;

namespace Fleet.Runbooks.Facts;

/// <param name="Lines">What the command printed on this node.</param>
/// <param name="Finished">Its end was printed; without it the node went silent in between.</param>
public sealed record NodeOutput(string Node, IReadOnlyList<string> Lines, bool Finished)
{
    /// <summary>The value of the last line <c>name=value</c>; null: not printed.</summary>
    public string? Value(string name) => Lines.LastOrDefault(l => l.StartsWith($"{name}=", StringComparison.Ordinal)) is { } line ? line[(name.Length + 1)..].Trim() : null;
}

/// <summary>What a <see cref="NodeCommand"/> brought back, by node.</summary>
/// <param name="Silent">Asked, but nothing of ours came back: unreachable, or unknown to exec_nodes.sh.</param>
/// <param name="Strangers">Names that answered and were not asked: a host name that differs from the node's name.</param>
/// <param name="Other">Lines that are not ours: exec_nodes.sh's own.</param>
public sealed partial record ExecNodesOutput(
    IReadOnlyDictionary<string, NodeOutput> Nodes, IReadOnlyList<string> Silent, IReadOnlyList<string> Strangers, IReadOnlyList<string> Other)
{
    public static ExecNodesOutput Read(string text, IReadOnlyList<string> asked)
    {
        var lines = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var finished = new HashSet<string>(StringComparer.Ordinal);
        var strangers = new List<string>();
        var other = new List<string>();
        foreach (var line in Facts.Lines.Of(text))
        {
            var match = Ours().Match(line);
            if (!match.Success)
            {
                other.Add(line);
                continue;
            }

            if (Known(match.Groups["host"].Value, asked) is not { } node)
            {
                strangers.Add(match.Groups["host"].Value);
                continue;
            }

            if (!lines.TryGetValue(node, out var output))
                lines[node] = output = [];
            if (match.Groups["what"].Value == "end")
                finished.Add(node);
            else if (match.Groups["what"].Value == "out")
                output.Add(match.Groups["rest"].Value.Trim());
        }

        return new ExecNodesOutput(
            lines.ToDictionary(l => l.Key, l => new NodeOutput(l.Key, l.Value, finished.Contains(l.Key)), StringComparer.Ordinal),
            [.. asked.Where(n => !lines.ContainsKey(n))],
            [.. strangers.Distinct(StringComparer.Ordinal)],
            other);
    }

    /// <summary>Nodes are known by their name; some answer with their full host name.</summary>
    private static string? Known(string host, IReadOnlyList<string> asked) =>
        asked.FirstOrDefault(n => n.Equals(host, StringComparison.OrdinalIgnoreCase))
        ?? (asked.Where(n => Short(n).Equals(Short(host), StringComparison.OrdinalIgnoreCase)).ToList() is [var only] ? only : null);

    private static string Short(string name) => name.Split('.')[0];

    // A host name right behind the prefix: the echo of the command itself has a bracket there. The line may begin with what another node left without a line end.
    [GeneratedRegex(@"fleet-node:(?<host>[A-Za-z0-9._-]+):(?<what>begin|end|out)(?::(?<rest>.*))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Ours();
}
