using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.CheckActivity;
using Fleet.Worker.Steps.CheckVersions;
using Fleet.Worker.Steps.Guards;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.ReleaseGuard;

/// <summary>
/// Takes a guard's flag away from exactly the nodes that it was set on (Q24), once nothing stands in the way, and reads it back. A flag that the site had put there stays;
/// where the zone was found in the middle of an upgrade, whose flag it is is a person's to say. Options: <c>flag</c>.
/// </summary>
internal sealed class ReleaseGuardStep : IStepKind
{
    public string Name => "release-guard";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var name = context.Step.Guard ?? "rescue-disabled";
        var flag = context.Option("flag", "${paths.rescue-flag}");
        if (!RescueFlags.IsPlainPath(flag))
            return StepResult.Failed(Finding.Of("flag-path-wrong", ("flag", flag)));
        var nodes = await NodeList.ReadAsync(context, ["hyper"], cancellationToken);
        var guard = context.Guard(name);
        if (guard is null or { Released: true })
            return await NotOursAsync(context, name, guard, nodes, flag, cancellationToken);

        if (guard.Nodes.Count > 0)
        {
            var inTheWay = await InTheWayAsync(context, guard, nodes, cancellationToken);
            if (inTheWay.Count > 0)
                return Ask(context, guard, inTheWay) with { Guard = guard };
        }

        (guard, var told, var problem) = await DeadMan.DisarmAsync(context, guard, cancellationToken);
        if (problem is not null)
            return StepResult.Failed(problem) with { Guard = guard };
        if (guard.Watch is { Outcome: GuardWatchOutcome.Released })
            return await ReadBackAsync(context, guard, told, nodes, flag, cancellationToken);
        var outcome = await context.ExecuteAsync("export LC_ALL=C\n" + (guard.Nodes.Count > 0 ? nodes.Call(context, guard.Nodes, RescueFlags.Remove(flag)) : "echo 'no node to release'") + "\n", cancellationToken);
        if (ExecutionVerdict.Unfinished(outcome) is { } unfinished)
            return await KeptAsync(context, unfinished, guard, flag, cancellationToken);
        var after = await RescueFlags.ReadAsync(context, nodes, guard.Nodes, flag, cancellationToken);
        var left = after.Flagged.Concat(after.Silent).ToList();
        if (left.Count > 0)
            return await KeptAsync(context, StepResult.Failed(Finding.Of("guard-not-released", ("guard", name), ("nodes", string.Join(", ", left))).WithLines(after.Other)), guard, flag, cancellationToken);
        var released = Released(context, guard);
        return released with { Findings = [.. released.Findings, .. told] };
    }

    /// <summary>The dead-man's rule has released it and read it back: a flag that is there now is none of ours.</summary>
    private static async Task<StepResult> ReadBackAsync(IStepContext context, GuardState guard, IReadOnlyList<Finding> told, NodeList nodes, string flag, CancellationToken cancellationToken)
    {
        var now = await RescueFlags.ReadAsync(context, nodes, guard.Nodes, flag, cancellationToken);
        if (now.Silent.Count > 0)
            return StepResult.Failed(Finding.Of("guard-not-released", ("guard", guard.Name), ("nodes", string.Join(", ", now.Silent))).WithLines(now.Other), told) with { Guard = guard };
        IReadOnlyList<Finding> since = now.Flagged.Count == 0 ? [] : [Finding.Of("watch-flags-since", ("guard", guard.Name), ("nodes", string.Join(", ", now.Flagged)))];
        var released = Released(context, guard);
        return released with { Findings = [.. released.Findings, .. told, .. since] };
    }

    /// <summary>It stays in force, and so does the rule that stood in for Fleet.</summary>
    private static async Task<StepResult> KeptAsync(IStepContext context, StepResult result, GuardState guard, string flag, CancellationToken cancellationToken)
    {
        var (armed, problem) = await DeadMan.ArmAsync(context, guard, flag, cancellationToken);
        return result with { Guard = armed, Findings = problem is null ? result.Findings : [.. result.Findings, problem] };
    }

    private static StepResult Released(IStepContext context, GuardState guard)
    {
        if (guard.HadBefore.Count == 0)
            return StepResult.Succeeded() with { Guard = guard with { Released = true } };
        // An unfinished upgrade was here before: its flags look like the site's own.
        return context.Facts.GetValueOrDefault("standing") == "mid-upgrade" && context.Choice() != Choices.Keep
            ? Ask(context, guard with { Nodes = guard.HadBefore, HadBefore = [] }, [Finding.Of("release-flags-of-before", ("guard", guard.Name), ("nodes", string.Join(", ", guard.HadBefore)))])
            : StepResult.Succeeded(Finding.Of("guard-had-before", ("guard", guard.Name), ("nodes", string.Join(", ", guard.HadBefore)))) with { Guard = guard with { Released = true } };
    }

    /// <summary>This upgrade set nothing. Flags that an unfinished upgrade left are asked about.</summary>
    private static async Task<StepResult> NotOursAsync(IStepContext context, string name, GuardState? guard, NodeList nodes, string flag, CancellationToken cancellationToken)
    {
        if (guard is not null || context.Facts.GetValueOrDefault("standing") != "mid-upgrade")
            return StepResult.Succeeded(Finding.Of("guard-never-set", ("guard", name))) with { AlreadyDone = true };
        if (!nodes.IsReadable("hyper"))
            return StepResult.Failed(Finding.Of("node-group-unreadable", ("group", "hyper"), ("folder", context.PathOf("nodes"))));
        var flags = await RescueFlags.ReadAsync(context, nodes, nodes.Group("hyper"), flag, cancellationToken);
        if (flags.Silent.Count > 0)
            return StepResult.Failed(Finding.Of("guard-nodes-silent", ("guard", name), ("nodes", string.Join(", ", flags.Silent))).WithLines(flags.Other));
        return flags.Flagged.Count == 0
            ? StepResult.Succeeded(Finding.Of("guard-never-set", ("guard", name))) with { AlreadyDone = true }
            : Ask(context, new GuardState { Name = name, Nodes = flags.Flagged }, [Finding.Of("release-flags-of-before", ("guard", name), ("nodes", string.Join(", ", flags.Flagged)))]);
    }

    private static async Task<IReadOnlyList<Finding>> InTheWayAsync(IStepContext context, GuardState guard, NodeList nodes, CancellationToken cancellationToken)
    {
        var batch = await Batch.ReadAsync(context, Activity.Script + ZoneVersions.Script(context), cancellationToken);
        var zone = ZoneVersions.Read(context, batch);
        var atWork = Activity.Read(batch, null) ?? [Finding.Of("activity-unreadable")];
        if (zone.Version is null)
            return [Finding.Of("versions-unreadable", ("problem", zone.VersionProblem ?? "it is not there"))];
        var health = await context.ReadAsync("export LC_ALL=C\n" + nodes.Call(context, guard.Nodes, RescueFlags.WholePackages) + "\n", cancellationToken);
        var output = ExecNodesOutput.Read(health.Text, guard.Nodes);
        var unhealthy = guard.Nodes
            .Select(n => output.Nodes.GetValueOrDefault(n) switch
            {
                { Finished: true } answer when answer.Value("dpkg") == "ok" => null,
                { Finished: true } answer => Finding.Of("release-node-unhealthy", ("node", n), ("trouble", "its packages are not installed whole")).WithLines(answer.Lines),
                _ => Finding.Of("release-node-unhealthy", ("node", n), ("trouble", "it does not answer")),
            })
            .OfType<Finding>().ToList();
        // Of a zone that was found in the middle nobody here knows how far its packages are.
        var begun = ReleaseRules.PackagesBegun(context.Runbook, context.Command.Ledger) || zone.Markers.Any(m => m.Name == MarkerNames.UpgradePackages)
            || context.Facts.GetValueOrDefault("standing") == "mid-upgrade";
        return ReleaseRules.InTheWay(
            guard.Name, begun, zone.Markers.Any(m => m.Name == MarkerNames.PreUpgrade), zone.Version.NewUpgrade,
            ReleaseRules.Unresolved(context.Command.Ledger, context.Step.Name), atWork, unhealthy, context.Choice() == Choices.Release);
    }

    private static StepResult Ask(IStepContext context, GuardState guard, IReadOnlyList<Finding> because) => StepResult.Asks(
        new DecisionRequest
        {
            Kind = DecisionKind.Guard,
            Step = context.Step.Name,
            Question = Finding.Of("guard-release-held", ("guard", guard.Name), ("nodes", string.Join(", ", guard.Nodes)), ("count", $"{because.Count}")).WithLines(because.Select(b => Runbooks.Texts.Text.Render(b.Code, b.Args))).BecauseOf(because),
            Choices = [Choices.Release, Choices.Keep],
            Default = Choices.Keep,
            Items = [.. guard.Nodes.Select(n => new DecisionItem(n, n))],
            Fingerprint = Fingerprint.Of(context, "guard-release-held", because.Select(b => b.Code)),
        },
        because) with
    {
        Guard = guard,
    };
}
