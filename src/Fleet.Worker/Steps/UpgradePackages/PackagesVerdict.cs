using System.Globalization;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Worker.Steps.VendorScript;

namespace Fleet.Worker.Steps.UpgradePackages;

/// <summary>What an upgrade_pkgs.sh that ended means, and what stays to be done: it ends well although components were skipped, nodes ignored and groups empty.</summary>
internal static class PackagesVerdict
{
    public static StepResult Of(IStepContext context, ExecutionOutcome outcome, PackagesOutput output, NodeGroups groups, VendorStand after)
    {
        var missing = VendorVerdict.Missing(context, outcome, after, []);
        var succeeded = missing.Count == 0;
        if (succeeded)
            output.GoneOn();
        var skipped = output.Components.Where((c, i) => c.Untouched && (succeeded || i < output.Components.Count - 1)).Select(c => c.Name).ToList();
        var told = Told(output, groups, skipped, asks: context.Command.Interactive, succeeded);
        return new StepResult
        {
            Outcome = succeeded ? StepOutcome.Succeeded : StepOutcome.Failed,
            AlreadyDone = outcome.AlreadyRan,
            ExitCode = outcome.ExitCode,
            Findings = succeeded ? told : [.. Reasons(output, outcome), .. missing, .. told],
            Debts = [.. Debts(outcome, output, groups, skipped, notAsked: context.Command.Interactive && succeeded, context.Parameters.GetValueOrDefault("by"))],
        };
    }

    private static IEnumerable<Finding> Reasons(PackagesOutput output, ExecutionOutcome outcome)
    {
        if (output.SaidNotPrepared)
            yield return Finding.Of("packages-not-prepared");
        var last = output.Components.LastOrDefault(c => c.Failed.Count > 0 && !c.Ignored);
        if (outcome.ExitCode != 0 && (last?.Failed ?? output.FailedOutside) is { Count: > 0 } failed)
            yield return Finding.Of("packages-failed", ("component", last?.Name ?? "the nodes"), ("nodes", string.Join(", ", failed))).WithLines(ExecutionVerdict.LastLines(outcome.Tail));
    }

    private static List<Finding> Told(PackagesOutput output, NodeGroups groups, List<string> skipped, bool asks, bool succeeded)
    {
        var told = new List<Finding>();
        if (skipped.Count > 0)
            told.Add(Finding.Of("components-skipped", ("components", string.Join(", ", skipped))));
        foreach (var component in output.Components.Where(c => c.Ignored))
            told.Add(Finding.Of("nodes-ignored", ("component", component.Name), ("nodes", string.Join(", ", component.Failed))));
        if (asks && succeeded && groups.NotAsked(output.Components) is { Count: > 0 } notAsked)
            told.Add(Finding.Of("groups-not-asked", ("groups", string.Join(", ", notAsked))));
        if (groups.EmptyButCalledFor() is { Count: > 0 } empty)
            told.Add(Finding.Of("groups-empty-but-called-for", ("groups", string.Join(", ", empty))));
        if (groups.Empty() is { Count: > 0 } none)
            told.Add(Finding.Of("groups-empty", ("groups", string.Join(", ", none))));
        return told;
    }

    private static IEnumerable<Debt> Debts(ExecutionOutcome outcome, PackagesOutput output, NodeGroups groups, List<string> skipped, bool notAsked, string? by)
    {
        foreach (var component in skipped)
            yield return new Debt(DebtKind.SkippedComponent, component, "answered-no", by);
        foreach (var component in output.Components.Where(c => c.Ignored))
        {
            foreach (var node in component.Failed)
                yield return new Debt(DebtKind.IgnoredNode, $"{node}: {component.Name}", "update-failed", by);
        }
        foreach (var group in notAsked ? groups.NotAsked(output.Components) : [])
            yield return new Debt(DebtKind.SkippedComponent, group, "not-asked", by);
        if (outcome.ExitCode == 0)
        {
            foreach (var group in groups.EmptyButCalledFor())
                yield return new Debt(DebtKind.EmptyGroup, group, string.Create(CultureInfo.InvariantCulture, $"{groups.Roles.GetValueOrDefault(group)} nodes have this role"), by);
        }
    }
}
