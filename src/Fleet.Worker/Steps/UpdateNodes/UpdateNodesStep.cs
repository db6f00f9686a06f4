using System.Globalization;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;
using Fleet.Worker.Steps.UpgradePackages;

namespace Fleet.Worker.Steps.UpdateNodes;

/// <summary>Updates the packages of single nodes, each with the components of its groups, in the order of the upgrade (Q18). Options: <c>nodes</c>, <c>components</c>.</summary>
internal sealed class UpdateNodesStep : IStepKind
{
    private const string Mark = "fleet-updated ";

    public string Name => "update-nodes";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var named = context.NamesOption("nodes");
        var components = context.NamesOption("components");
        if (named.Count == 0 || named.Any(n => !NodeNames.IsPlain(n)))
            return StepResult.Failed(Finding.Of("readmit-unknown-nodes", ("nodes", string.Join(", ", named))));
        if (components.Count == 0)
            return StepResult.Failed(Finding.Of("update-nodes-unknown", ("nodes", string.Join(", ", named))));
        var groups = await NodeGroups.ReadAsync(context, cancellationToken);
        var wanted = Wanted(named, components, groups);
        if (named.Where(n => wanted.All(w => w.Node != n)).ToList() is { Count: > 0 } without)
            return StepResult.Failed(Finding.Of("update-nodes-no-component", ("nodes", string.Join(", ", without)), ("components", string.Join(", ", components))));
        // A group that had no node but these was never asked about: which packages it gets nobody has seen.
        if (Unknown(named, components, groups) is { Count: > 0 } unknown)
            return StepResult.Failed(Finding.Of("update-nodes-group-unknown", ("groups", string.Join(", ", unknown)), ("components", string.Join(", ", components))));
        var command = context.Expand(context.Step.Command!);
        var script = "export LC_ALL=C\n" + string.Concat(wanted.Select(w => $"{command} {Sh.Quote(w.Node)} {Sh.Quote(w.Packages)}; echo \"{Mark}{w.Node} {w.Packages} $?\"\n"));
        var printed = new OutputLines();
        var record = context as IStepRecord;
        record?.OnLine(printed.Add);
        var outcome = await context.ExecuteAsync(script, cancellationToken);
        record?.OnLine(null);
        if (ExecutionVerdict.Unfinished(outcome) is { } unfinished)
            return unfinished;
        var failed = Failed(wanted, record is null ? outcome.Tail : printed.Text);
        return failed.Count > 0
            ? StepResult.Failed(Finding.Of("update-nodes-failed", ("nodes", string.Join(", ", failed))).WithLines(ExecutionVerdict.LastLines(outcome.Tail))) with { ExitCode = outcome.ExitCode }
            : StepResult.Succeeded(Finding.Of("update-nodes-done", ("count", wanted.Count.ToString(CultureInfo.InvariantCulture)), ("what", string.Join(", ", wanted.Select(w => $"{w.Node}: {w.Packages}"))))) with { ExitCode = 0 };
    }

    /// <summary>A component's group is the platform's, or a node itself (each DNS master is asked about alone).</summary>
    internal static IReadOnlyList<(string Node, string Packages)> Wanted(IReadOnlyList<string> named, IReadOnlyList<string> components, NodeGroups groups) =>
    [
        .. from component in components
           let slash = component.IndexOf('/', StringComparison.Ordinal)
           where slash > 0
           let nodeGroup = component[..slash]
           from node in named
           where nodeGroup == node || nodeGroup == "all" || (groups.Nodes.GetValueOrDefault(nodeGroup) ?? []).Contains(node)
           select (node, component[(slash + 1)..]),
    ];

    /// <summary>Groups of these nodes that have components, of which none is among those of the upgrade.</summary>
    internal static IReadOnlyList<string> Unknown(IReadOnlyList<string> named, IReadOnlyList<string> components, NodeGroups groups)
    {
        var known = components.Select(c => c.Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        return [.. groups.WithComponents.Where(g => !known.Contains(g) && groups.Nodes[g].Any(n => named.Contains(n) && !known.Contains(n)))];
    }

    /// <summary>What ended with a code, what said <c>Error!</c> of its node in spite of it, and what was not come to.</summary>
    internal static IReadOnlyList<string> Failed(IReadOnlyList<(string Node, string Packages)> wanted, string output)
    {
        var failed = new List<string>();
        var body = new List<string>();
        var ended = new HashSet<(string, string)>();
        foreach (var line in output.Split('\n').Select(l => l.TrimEnd('\r')))
        {
            if (!line.StartsWith(Mark, StringComparison.Ordinal))
            {
                body.Add(line);
                continue;
            }

            if (line[Mark.Length..].Split(' ') is [var node, var packages, var code])
            {
                ended.Add((node, packages));
                if (code != "0" || body.Exists(b => b.Contains("Error!", StringComparison.Ordinal)))
                    failed.Add($"{node} ({packages})");
            }

            body.Clear();
        }

        return [.. failed, .. wanted.Where(w => !ended.Contains(w)).Select(w => $"{w.Node} ({w.Packages})")];
    }
}
