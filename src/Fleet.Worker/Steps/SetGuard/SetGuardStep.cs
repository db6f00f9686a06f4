using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Guards;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.SetGuard;

/// <summary>
/// Sets a flag on every node of a group (Q15), knows from before which nodes had it, and reads it back on each. The record has the nodes before any is touched.
/// Options: <c>group</c>, <c>flag</c>.
/// </summary>
internal sealed class SetGuardStep : IStepKind
{
    public string Name => "set-guard";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var name = context.Step.Guard ?? "rescue-disabled";
        var group = context.Option("group", "hyper");
        var flag = context.Option("flag", "${paths.rescue-flag}");
        if (!RescueFlags.IsPlainPath(flag))
            return StepResult.Failed(Finding.Of("flag-path-wrong", ("flag", flag)));
        var nodes = await NodeList.ReadAsync(context, [group], cancellationToken);
        if (!nodes.IsReadable(group))
            return StepResult.Failed(Finding.Of("node-group-unreadable", ("group", group), ("folder", context.PathOf("nodes"))));

        var known = context.Guard(name) is { Released: false } guard ? guard : null;
        var before = await RescueFlags.ReadAsync(context, nodes, nodes.Group(group), flag, cancellationToken);
        if (before.Silent.Count > 0)
            return StepResult.Failed(Finding.Of("guard-nodes-silent", ("guard", name), ("nodes", string.Join(", ", before.Silent))).WithLines(before.Other));

        var plan = GuardPlan.Of(name, known, before);
        var command = plan.Nodes.Count > 0 ? nodes.Call(context, plan.Nodes, RescueFlags.Set(flag)) : "echo 'every node has the flag already'";
        var outcome = await context.ExecuteAsync("export LC_ALL=C\n" + command + "\n", cancellationToken, guard: plan);
        if (ExecutionVerdict.Unfinished(outcome) is { } unfinished)
            return unfinished with { Guard = plan };

        var after = await RescueFlags.ReadAsync(context, nodes, [.. plan.Nodes, .. plan.HadBefore], flag, cancellationToken);
        var missing = after.Clear.Concat(after.Silent).ToList();
        if (missing.Count > 0)
            return StepResult.Failed(Finding.Of("guard-not-in-force", ("guard", name), ("nodes", string.Join(", ", missing))).WithLines(after.Other)) with { Guard = plan };
        IReadOnlyList<Finding> told = plan.HadBefore.Count == 0 ? [] : [Finding.Of("guard-had-before", ("guard", name), ("nodes", string.Join(", ", plan.HadBefore)))];
        return StepResult.Succeeded(told) with
        {
            Guard = plan with { Since = plan.Since ?? outcome.StartedAt },
            Facts = new Dictionary<string, string> { ["nodes.hyper"] = string.Join(',', nodes.Group(group)) },
        };
    }
}

internal static class GuardPlan
{
    /// <summary>
    /// The guard as recorded before anything is touched. What an earlier try set is ours although it is there now; only a node that had the flag before the first try keeps it,
    /// and one whose flag the site has taken away since is ours to set.
    /// Nodes that left the group since stay in the list: releasing must reach them too.
    /// </summary>
    public static GuardState Of(string name, GuardState? known, RescueFlags before)
    {
        var ours = known?.Nodes ?? [];
        var theirs = (known?.HadBefore ?? []).Concat(before.Flagged.Except(ours)).Distinct(StringComparer.Ordinal).ToList();
        return new GuardState
        {
            Name = name,
            Since = known?.Since,
            Nodes = [.. ours.Concat(before.Clear).Distinct(StringComparer.Ordinal).Except(theirs.Except(before.Clear))],
            HadBefore = [.. theirs.Except(ours).Except(before.Clear)],
        };
    }
}
