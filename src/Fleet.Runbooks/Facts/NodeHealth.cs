using System.Text.RegularExpressions;

namespace Fleet.Runbooks.Facts;

public enum NodeTrouble
{
    Unreachable,

    /// <summary>It answered, but went silent before its end.</summary>
    Interrupted,
    Apt,
    Dpkg,
}

/// <param name="Lines">What shows it.</param>
public sealed record UnhealthyNode(string Node, NodeTrouble Trouble, IReadOnlyList<string> Lines)
{
    /// <summary>The trouble with the node's name and addresses taken out: the same on several nodes has the same.</summary>
    public string Signature => $"{Trouble}|{string.Join('|', Lines.Select(l => NodeHealth.Named(Node).Replace(l, "NODE")).Order(StringComparer.Ordinal))}";
}

/// <summary>True health of the nodes (Q12), in spite of exec_nodes.sh's exit code.</summary>
/// <param name="SameEverywhere">The same trouble on all nodes, two or more: it is the firstbox or the repo, not the nodes.</param>
public sealed record NodeHealth(IReadOnlyList<string> Healthy, IReadOnlyList<UnhealthyNode> Unhealthy, UnhealthyNode? SameEverywhere)
{
    /// <summary>Runs the runbook's apt commands, and tells what <see cref="Read"/> needs without apt's many lines.</summary>
    public static string Command(string apt) =>
        "export LC_ALL=C; x=$( { " + apt.Trim().TrimEnd(';') + "; } 2>&1 ) && echo apt=ok || { echo apt=failed; echo \"$x\" | tail -n 12; }; "
        + "echo \"$x\" | grep -e \"^W:\" -e \"^E:\" | head -n 20; "
        + "d=$( dpkg --audit 2>&1 ); test -z \"$d\" && echo dpkg=ok || { echo dpkg=failed; echo \"$d\" | head -n 10; }";

    public static NodeHealth Read(ExecNodesOutput output, IReadOnlyList<string> asked)
    {
        var unhealthy = new List<UnhealthyNode>();
        foreach (var node in asked)
        {
            if (Trouble(node, output) is { } trouble)
                unhealthy.Add(trouble);
        }

        var same = unhealthy.Count == asked.Count && asked.Count > 1 && unhealthy.Select(u => u.Signature).Distinct(StringComparer.Ordinal).Count() == 1 ? unhealthy[0] : null;
        return new NodeHealth([.. asked.Except(unhealthy.Select(u => u.Node))], unhealthy, same);
    }

    private static UnhealthyNode? Trouble(string node, ExecNodesOutput output)
    {
        if (!output.Nodes.TryGetValue(node, out var answer))
            return new UnhealthyNode(node, NodeTrouble.Unreachable, [.. output.Other.Where(l => Named(node).IsMatch(l) && !l.Contains(NodeCommand.Prefix, StringComparison.Ordinal)).Take(5)]);
        var apt = answer.Value("apt");
        if (apt is null || !answer.Finished)
            return new UnhealthyNode(node, NodeTrouble.Interrupted, answer.Lines);
        var complaints = answer.Lines.Where(IsComplaint).Distinct(StringComparer.Ordinal).ToList();
        if (apt != "ok" || complaints.Count > 0)
            return new UnhealthyNode(node, NodeTrouble.Apt, complaints.Count > 0 ? complaints : [.. answer.Lines.Where(l => l != "apt=failed")]);
        return answer.Value("dpkg") == "ok" ? null : new UnhealthyNode(node, NodeTrouble.Dpkg, [.. answer.Lines.SkipWhile(l => l != "dpkg=failed").Skip(1)]);
    }

    /// <summary>Old apt ends in 0 although indexes could not be fetched; what it warns of beyond that (a key, a duplicate entry) does not stop an upgrade.</summary>
    private static bool IsComplaint(string line) =>
        line.StartsWith("E:", StringComparison.Ordinal)
        || (line.StartsWith("W:", StringComparison.Ordinal)
            && (line.Contains("fail", StringComparison.OrdinalIgnoreCase) || line.Contains("old ones used", StringComparison.OrdinalIgnoreCase)
                || line.Contains("could not", StringComparison.OrdinalIgnoreCase) || line.Contains("unable", StringComparison.OrdinalIgnoreCase)));

    /// <summary>The node's name as a word of its own.</summary>
    internal static Regex Named(string node) =>
        new($@"(?<![A-Za-z0-9-]){Regex.Escape(node)}(?![A-Za-z0-9-])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
}
