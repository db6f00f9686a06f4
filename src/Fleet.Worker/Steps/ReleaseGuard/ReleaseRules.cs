using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;

namespace Fleet.Worker.Steps.ReleaseGuard;

/// <summary>What stands in the way of a release: enabling rescue on a half-upgraded platform starts the very migration that the guard prevents.</summary>
internal static class ReleaseRules
{
    /// <param name="packagesBegun">A package step of this zone upgrade has begun, or a marker says so.</param>
    /// <param name="atWork">Executions and foreign scripts that are alive.</param>
    /// <param name="unhealthy">Nodes of the guard that do not answer or whose packages are not whole, with why.</param>
    /// <param name="chosen">A person said: release.</param>
    public static IReadOnlyList<Finding> InTheWay(
        string guard, bool packagesBegun, bool preUpgradeDone, string? newUpgrade, IReadOnlyList<Finding> unresolved, IReadOnlyList<Finding> atWork, IReadOnlyList<Finding> unhealthy, bool chosen)
    {
        var found = new List<Finding>();
        found.AddRange(unresolved);
        found.AddRange(atWork);
        // Before packages were begun the platform runs its old software throughout: only what pre_upgrade did is left to judge by a person.
        if (preUpgradeDone && (packagesBegun || !chosen))
            found.Add(Finding.Of("release-half-upgraded", ("guard", guard), ("sign", "pre_upgrade.Done is there")));
        if (newUpgrade is not null && packagesBegun)
            found.Add(Finding.Of("release-half-upgraded", ("guard", guard), ("sign", $"new_upgrade {newUpgrade} stands in version.json")));
        found.AddRange(unhealthy);
        return found;
    }

    public static bool PackagesBegun(Runbook runbook, IReadOnlyList<LedgerEntry> ledger) =>
        runbook.Phases.SelectMany(p => p.Steps.Where(s => s.UpgradesPackages).Select(s => (Phase: p.Name, Step: s.Name)))
            .Any(s => ledger.LastOrDefault(e => e.Phase == s.Phase && e.Step == s.Step) is { } entry && (entry.State is not (LedgerState.Open or LedgerState.Skipped) || entry.Attempt > 1));

    /// <summary>Executions whose end is not recorded or not known.</summary>
    public static IReadOnlyList<Finding> Unresolved(IReadOnlyList<LedgerEntry> ledger, string ownStep) =>
    [
        .. ledger.Where(e => e.Step != ownStep && e.ExecutionId is not null && e.State is LedgerState.Started or LedgerState.Unknown or LedgerState.TimedOut)
            .Where(e => e.Step != ownStep)
            .Select(e => Finding.Of("release-unresolved", ("execution", e.ExecutionId ?? ""), ("step", $"{e.Phase}/{e.Step}"))),
    ];
}
