using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Facts;

namespace Fleet.Server.Api.Zones;

/// <summary>Where a zone that comes back from a person is to go on: what was read there decides how far its record can be believed. Pure.</summary>
internal static class PhaseProposal
{
    /// <param name="facts">As read at the return.</param>
    /// <returns>Null: nothing can be proposed from what was read.</returns>
    public static string? Of(ZoneUpgradeView upgrade, RolloutView rollout, IReadOnlyDictionary<string, string> facts)
    {
        var recorded = Recorded(upgrade, rollout);
        if (recorded is null || facts.Count == 0)
            return null;
        var standing = Standing.Of(Reading(facts, upgrade), new Target(rollout.Package.Installer, rollout.Package.Qingcloud, rollout.Package.Upgrade));
        var order = rollout.Phases.ToList();
        return standing.Kind switch
        {
            StandingKind.ToUpgrade => Earlier(order, recorded, RunbookPhases.InitializeInstaller),
            StandingKind.MidUpgrade => standing.Proposed is { } proposed ? Earlier(order, recorded, Latest(proposed, standing.Reason, upgrade)) : null,
            // What has to be done by hand behind the scripts is not proven; their steps find what is done.
            StandingKind.AlreadyThere => Later(order, recorded, RunbookPhases.UpgradePlatform),
            _ => null,
        };
    }

    /// <summary>The phase that the record has next; null: all are done.</summary>
    public static string? Recorded(ZoneUpgradeView upgrade, RolloutView rollout) =>
        upgrade.Phase is { } phase && !upgrade.PhasesDone.Contains(phase) ? phase : rollout.Phases.FirstOrDefault(p => !upgrade.PhasesDone.Contains(p));

    /// <summary>Once the bootstrap is done only the record knows whether rescue was disabled; with that, packages may be gone on with.</summary>
    private static string Latest(string proposed, MidUpgradeReason reason, ZoneUpgradeView upgrade) =>
        reason is MidUpgradeReason.BootstrapDone or MidUpgradeReason.PreUpgradeDone or MidUpgradeReason.PackagesDone && upgrade.PhasesDone.Contains(RunbookPhases.PreparePlatform)
            ? RunbookPhases.UpgradePlatform
            : proposed;

    /// <summary>A look from outside sees no log and no packages: that the bootstrap ended well is the record's word, and markers behind it are this upgrade's.</summary>
    private static ZoneReading Reading(IReadOnlyDictionary<string, string> facts, ZoneUpgradeView upgrade)
    {
        var bootstrapped = upgrade.PhasesDone.Contains(RunbookPhases.InitializeInstaller);
        var layout = facts.GetValueOrDefault("versions.layout");
        return new ZoneReading
        {
            Version = layout != "json" ? null : new VersionJson
            {
                Installer = facts.GetValueOrDefault("versions.installer"),
                Qingcloud = facts.GetValueOrDefault("versions.qingcloud"),
                Upgrade = facts.GetValueOrDefault("versions.upgrade"),
                OldUpgrade = facts.GetValueOrDefault("versions.old-upgrade"),
                NewUpgrade = facts.GetValueOrDefault("versions.new-upgrade"),
            },
            VersionProblem = layout == "unreadable" ? layout : null,
            PlainVersion = layout == "plain" ? facts.GetValueOrDefault("versions.installer") : null,
            Markers = [.. Markers(facts).Select(name => new Marker(name, ModifiedAt: bootstrapped ? 1 : 0))],
            BootstrapSaysDone = bootstrapped,
            InstallerPackagesAtTarget = bootstrapped,
        };
    }

    private static IEnumerable<string> Markers(IReadOnlyDictionary<string, string> facts) =>
        facts.GetValueOrDefault("markers.present", "").Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(m => m.EndsWith(".Done", StringComparison.Ordinal) ? m[..^".Done".Length] : m)
            .Where(m => m is MarkerNames.PreUpgrade or MarkerNames.UpgradePackages);

    /// <summary>A phase that this runbook lacks limits nothing.</summary>
    private static string Earlier(List<string> order, string recorded, string limit) =>
        order.IndexOf(limit) is >= 0 and var at && at < order.IndexOf(recorded) ? limit : recorded;

    private static string Later(List<string> order, string recorded, string least) => order.IndexOf(least) > order.IndexOf(recorded) ? least : recorded;
}
