using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Phases;
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

        var plan = DeadMan.Planned(context, GuardPlan.Of(name, known ?? Chosen(context, name, before), before));
        // All flags are there, and whose they are has been said: nothing is to be done, and what the lost part of the past began may still be at work.
        if (context.Choice() is Choices.Ours or Choices.Theirs && before.Clear.Count == 0)
            return await SetAsync(context, plan with { Since = plan.Since ?? context.Now }, flag, nodes.Group(group), cancellationToken);
        var command = plan.Nodes.Count > 0 ? nodes.Call(context, plan.Nodes, RescueFlags.Set(flag)) : "echo 'every node has the flag already'";
        ExecutionOutcome outcome;
        try
        {
            outcome = await context.ExecuteAsync("export LC_ALL=C\n" + command + "\n", cancellationToken, guard: plan);
        }
        catch (DoneOutOfRecordException) when (known is null && before.Flagged.Count > 0)
        {
            return Whose(context, name, before.Flagged);
        }

        // It ran in a part of the past that the record has lost: what it printed says which flags are ours.
        if (outcome.AlreadyRan && known is null)
            plan = DeadMan.Planned(context, GuardPlan.Of(name, new GuardState { Name = name, Nodes = RescueFlags.Touched(nodes.Group(group), outcome.Tail) }, before));
        if (ExecutionVerdict.Unfinished(outcome) is { } unfinished)
            return unfinished with { Guard = plan };

        var after = await RescueFlags.ReadAsync(context, nodes, [.. plan.Nodes, .. plan.HadBefore], flag, cancellationToken);
        var missing = after.Clear.Concat(after.Silent).ToList();
        if (missing.Count > 0)
            return StepResult.Failed(Finding.Of("guard-not-in-force", ("guard", name), ("nodes", string.Join(", ", missing))).WithLines(after.Other)) with { Guard = plan };
        return await SetAsync(context, plan with { Since = plan.Since ?? outcome.StartedAt }, flag, nodes.Group(group), cancellationToken);
    }

    private static async Task<StepResult> SetAsync(IStepContext context, GuardState set, string flag, IReadOnlyList<string> nodes, CancellationToken cancellationToken)
    {
        var (guard, problem) = await DeadMan.ArmAsync(context, set, flag, cancellationToken);
        if (problem is not null)
            return StepResult.Failed(problem) with { Guard = guard };
        IReadOnlyList<Finding> told = guard.HadBefore.Count == 0 ? [] : [Finding.Of("guard-had-before", ("guard", guard.Name), ("nodes", string.Join(", ", guard.HadBefore)))];
        return StepResult.Succeeded(told) with { Guard = guard, Facts = new Dictionary<string, string> { ["nodes.hyper"] = string.Join(',', nodes) } };
    }

    /// <summary>What a person said of flags that nobody knows any more who set.</summary>
    private static GuardState? Chosen(IStepContext context, string name, RescueFlags before) =>
        context.Choice() == Choices.Ours ? new GuardState { Name = name, Nodes = before.Flagged } : null;

    private static StepResult Whose(IStepContext context, string name, IReadOnlyList<string> nodes) => StepResult.Asks(new DecisionRequest
    {
        Kind = DecisionKind.FailedStep,
        Step = context.Step.Name,
        Question = Finding.Of("guard-whose", ("guard", name), ("nodes", string.Join(", ", nodes))),
        Choices = [Choices.Ours, Choices.Theirs, Choices.Fail],
        Fingerprint = Fingerprint.Of(context, "guard-whose", nodes),
    });
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
            Watch = known?.Watch,
            Nodes = [.. ours.Concat(before.Clear).Distinct(StringComparer.Ordinal).Except(theirs.Except(before.Clear))],
            HadBefore = [.. theirs.Except(ours).Except(before.Clear)],
        };
    }
}
