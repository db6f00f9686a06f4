using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Executions;
using Fleet.Worker.Steps.Reading;
using Fleet.Worker.Steps.UpgradePackages;

namespace Fleet.Worker.Steps.CheckNodes;

/// <summary>Takes nodes out of the platform's list (Q13): their settings files move, with reason and person beside them, the list is made anew, and read back. Nothing is deleted.</summary>
internal static class Quarantine
{
    public static async Task<(StepResult? Problem, IReadOnlyList<Debt> Debts)> RunAsync(IStepContext context, string group, CancellationToken cancellationToken)
    {
        var named = context.Chosen("nodes");
        var nodes = await NodeList.ReadAsync(context, [group, "hyper"], cancellationToken);
        var typed = context.Chosen("typed");
        var groups = await NodeGroups.ReadAsync(context, cancellationToken);
        if ((Refusal(named, nodes, group) ?? Untyped(named, typed, Weighty(context, groups)) ?? Emptied(named, typed, groups)) is { } refusal)
            return (StepResult.Failed(refusal), []);

        var folder = $"{context.MovedOut()}/quarantine";
        var reply = await context.ChangeAsync(Script(named, context.PathOf("settings"), folder, context.By(), context.Comment()), cancellationToken);
        if (reply.Refusal != Executions.Refusal.None || reply.Result?.Ok != true)
            return (StepResult.Failed(Finding.Of("quarantine-failed", ("nodes", string.Join(", ", named)), ("problem", reply.Refusal == Executions.Refusal.None ? reply.Result?.ErrorText.Trim() ?? "" : $"{reply.Refusal} {reply.Detail}"))), []);

        IReadOnlyList<Debt> debts = [.. named.Select(n => new Debt(DebtKind.QuarantinedNode, n, context.Comment() is { Length: > 0 } comment ? comment : $"unhealthy at {context.Phase.Name}/{context.Step.Name}", context.By()))];
        var refresh = await context.ExecuteAsync(NodeNames.Refresh(context), cancellationToken, "refresh");
        if (ExecutionVerdict.Unfinished(refresh) is { } unfinished)
            return (unfinished, debts);
        var after = await NodeList.ReadAsync(context, [group, "hyper"], cancellationToken);
        var still = named.Where(n => after.Group(group).Contains(n) || after.Settings.Contains(n)).ToList();
        return still.Count == 0 && after.IsReadable(group)
            ? (null, debts)
            : (StepResult.Failed(Finding.Of("quarantine-not-effective", ("nodes", string.Join(", ", still))).WithLines(ExecutionVerdict.LastLines(refresh.Tail))), debts);
    }

    /// <summary>Nodes that much hangs on → what they are.</summary>
    public static IReadOnlyDictionary<string, string> Weighty(IStepContext context, NodeGroups groups)
    {
        var databases = context.Option("databaseGroups", "pgserver,zoocassa").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var weighty = databases.SelectMany(d => groups.Nodes.GetValueOrDefault(d) ?? []).Distinct(StringComparer.Ordinal).ToDictionary(n => n, _ => "database node", StringComparer.Ordinal);
        if (groups.Nodes.GetValueOrDefault("snapshot") is [var first, ..])
            weighty.TryAdd(first, "first snapshot node");
        foreach (var alone in groups.Nodes.Where(g => g.Value.Count == 1).GroupBy(g => g.Value[0], g => g.Key))
            weighty.TryAdd(alone.Key, $"only node of {string.Join(", ", alone)}");
        return weighty;
    }

    internal static Finding? Untyped(IReadOnlyList<string> named, IReadOnlyList<string> typed, IReadOnlyDictionary<string, string> weighty)
    {
        var missing = named.Where(n => weighty.ContainsKey(n) && !typed.Contains(n)).ToList();
        return missing.Count == 0 ? null : Finding.Of("quarantine-not-typed", ("nodes", string.Join(", ", missing.Select(n => $"{n} ({weighty[n]})"))));
    }

    /// <summary>A group of several that would be left without a node: a service of the platform would be gone.</summary>
    internal static Finding? Emptied(IReadOnlyList<string> named, IReadOnlyList<string> typed, NodeGroups groups)
    {
        var emptied = groups.Nodes.Where(g => g.Value.Count > 1 && g.Value.All(named.Contains) && !typed.Contains(g.Key)).ToList();
        return emptied.Count == 0 ? null : Finding.Of("quarantine-empties-group", ("groups", string.Join(", ", emptied.Select(g => g.Key))), ("nodes", string.Join(", ", emptied.SelectMany(g => g.Value).Distinct(StringComparer.Ordinal))));
    }

    /// <summary>Only named nodes, never a whole group. A node that an earlier try moved already is fine.</summary>
    internal static Finding? Refusal(IReadOnlyList<string> named, NodeList nodes, string group)
    {
        if (named.Count == 0)
            return Finding.Of("quarantine-without-nodes");
        var unknown = named.Where(n => !NodeNames.IsPlain(n)).ToList();
        if (unknown.Count > 0)
            return Finding.Of("quarantine-unknown-nodes", ("nodes", string.Join(", ", unknown)));
        foreach (var name in new[] { group, "hyper" })
        {
            if (nodes.Group(name).Count > 0 && nodes.Group(name).All(named.Contains))
                return Finding.Of("quarantine-whole-group", ("group", name), ("nodes", string.Join(", ", nodes.Group(name))));
        }

        return null;
    }

    internal static string Script(IReadOnlyList<string> named, string settings, string folder, string by, string comment)
    {
        var lines = new List<string> { "set -e", $"mkdir -p {Sh.Quote(folder)}" };
        foreach (var node in named)
        {
            var from = Sh.Quote($"{settings}/{node}");
            var to = Sh.Quote($"{folder}/{node}");
            // The reason goes first: a node that is out must never be without one.
            lines.Add($"if [ -e {from} ]; then printf 'node: %s\\nby: %s\\nreason: %s\\nput back: %s\\n' {Sh.Quote(node)} {Sh.Quote(by)} {Sh.Quote(comment)} {Sh.Quote($"mv {Sh.Quote($"{folder}/{node}")} {Sh.Quote($"{settings}/{node}")}, then refresh the list of nodes")} >{Sh.Quote($"{folder}/{node}.reason")}; mv -T {from} {to}; fi");
            lines.Add($"[ -e {to} ] || {{ echo {Sh.Quote($"{node} has no settings file")} >&2; exit 1; }}");
        }

        return string.Join('\n', lines) + "\n";
    }
}
