using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.Guards;

/// <summary>Reads the guard <c>rescue-disabled</c> back, right before a step that needs it: on the nodes it was set on, on those that had it before, and on hypers that came since.</summary>
internal sealed class RescueGuardReader : IGuardReader
{
    public string Guard => "rescue-disabled";

    public async Task<Finding?> MissingAsync(IStepContext context, GuardState guard, CancellationToken cancellationToken)
    {
        var nodes = await NodeList.ReadAsync(context, ["hyper"], cancellationToken);
        if (!nodes.IsReadable("hyper"))
            return Finding.Of("node-group-unreadable", ("group", "hyper"), ("folder", context.PathOf("nodes")));
        // A node that was quarantined since is not upgraded; the others must carry the flag, whoever set it.
        var needed = nodes.Group("hyper");
        var flags = await RescueFlags.ReadAsync(context, nodes, needed, context.PathOf("rescue-flag"), cancellationToken);
        var missing = flags.Clear.Concat(flags.Silent).ToList();
        if (missing.Count == 0)
            return null;
        return await DeadMan.ActedAsync(context, guard, missing, cancellationToken) ?? Finding.Of("guard-not-in-force", ("guard", guard.Name), ("nodes", string.Join(", ", missing))).WithLines(flags.Other);
    }
}
