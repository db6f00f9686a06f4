using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckVersions;

/// <summary>What a zone's standing means for its upgrade.</summary>
internal static class StandingVerdict
{
    public static StepResult Of(IStepContext context, ZoneReading zone, Standing standing, Target target) => standing.Kind switch
    {
        StandingKind.ToUpgrade => StepResult.Succeeded(Finding.Of("zone-to-upgrade", ("installer", zone.Version!.Installer!), ("qingcloud", zone.Version.Qingcloud!), ("target", Text(target)))),
        StandingKind.AlreadyThere => StepResult.Succeeded(Finding.Of("zone-already-there", ("target", Text(target)))) with { AlreadyThere = true },
        StandingKind.MidUpgrade => MidUpgrade(context, zone, standing, target),
        StandingKind.TargetOlder => StepResult.Ends(Finding.Of("target-older", ("installer", zone.Version!.Installer!), ("qingcloud", zone.Version.Qingcloud!), ("target", Text(target)))),
        StandingKind.TargetNotNewer => StepResult.Ends(Finding.Of("target-not-newer", ("installer", zone.Version!.Installer!), ("qingcloud", zone.Version.Qingcloud!), ("target", Text(target)))),
        StandingKind.NotFourX => StepResult.Ends(Finding.Of(
            "installer-not-4x", ("installer", zone.Version?.Installer ?? zone.PlainVersion ?? "unknown"), ("document", context.Option("migrationDocument", "how_to_migrate_installer_v4.X.md")))),
        _ => StepResult.Failed(Finding.Of("versions-unreadable", ("problem", zone.VersionProblem ?? (zone.Version is null ? "it is not there" : $"its versions are installer {zone.Version.Installer} and qingcloud {zone.Version.Qingcloud ?? "missing"}")))),
    };

    private static StepResult MidUpgrade(IStepContext context, ZoneReading zone, Standing standing, Target target)
    {
        var offered = Offered(context, standing);
        if (context.Choice() == Choices.Continue && context.Parameters.GetValueOrDefault("from") is { } from)
        {
            if (offered.Contains(from))
                return StepResult.Succeeded(Finding.Of("zone-goes-on", ("from", from), ("by", context.By())));
            return Ask(context, zone, standing, target, offered, Finding.Of("continue-not-offered", ("from", from), ("offered", string.Join(", ", offered))));
        }

        return Ask(context, zone, standing, target, offered);
    }

    private static StepResult Ask(IStepContext context, ZoneReading zone, Standing standing, Target target, IReadOnlyList<string> offered, params IReadOnlyList<Finding> more)
    {
        var question = Finding.Of(
            "zone-mid-upgrade",
            ("reason", Reason(zone, standing, target)),
            ("proven", standing.LastProven ?? "nothing"),
            ("proposed", standing.Proposed ?? "nothing")).WithLines(Shown(zone));
        return StepResult.Asks(
            new DecisionRequest
            {
                Kind = DecisionKind.MidUpgrade,
                Step = context.Step.Name,
                Question = question,
                Choices = [Choices.Continue, Choices.Fail],
                Default = standing.Proposed is null ? Choices.Fail : Choices.Continue,
                // The first is what an answer without a phase takes.
                Items = [.. offered.OrderByDescending(p => p == standing.Proposed).Select(p => new DecisionItem(p, context.Runbook.FindPhase(p)?.Title ?? p, p == standing.Proposed))],
                Fingerprint = Fingerprint.Of(context, "zone-mid-upgrade", VersionFacts.Word(standing.Reason)),
            },
            more);
    }

    /// <summary>Nothing after the proposed phase: what it would skip is not proven. Earlier phases are safe, since each finds what is done already.</summary>
    private static List<string> Offered(IStepContext context, Standing standing)
    {
        var phases = context.Runbook.Phases.Select(p => p.Name).Where(p => p != RunbookPhases.Preflight).ToList();
        var last = phases.IndexOf(standing.Proposed ?? RunbookPhases.StagePackage);
        return last < 0 ? [] : phases[..(last + 1)];
    }

    private static string Reason(ZoneReading zone, Standing standing, Target target) => standing.Reason switch
    {
        MidUpgradeReason.StaleMarkers => $"{Markers(standing.StaleMarkers)} of an abandoned upgrade lies there although the upgrade to {Text(target)} has not begun; it will be set aside",
        MidUpgradeReason.OtherUpgrade => $"an upgrade to {zone.Version!.NewUpgrade} was begun and not finished, and {Text(target)} is another target",
        MidUpgradeReason.BootstrapUnproven => "version.json has the target's versions, but the installer's upgrade is not proven to have ended well",
        MidUpgradeReason.BootstrapDone => "the installer is upgraded, the platform is not",
        MidUpgradeReason.PreUpgradeDone => "the installer is upgraded and the platform was prepared (pre_upgrade.Done); its packages were not upgraded",
        MidUpgradeReason.PackagesDone => "the packages were upgraded (upgrade_pkgs.Done), but post_upgrade has not ended",
        MidUpgradeReason.UpgradeDiffers => $"installer and qingcloud are the target's, but upgrade is {zone.Version!.Upgrade ?? "missing"} and not {target.Upgrade}",
        MidUpgradeReason.MarkersLeft => $"the versions are the target's, but {Markers(standing.StaleMarkers)} is left",
        MidUpgradeReason.FlagLeft => $"the versions are the target's, but rescue is still disabled on {string.Join(", ", zone.FlaggedNodes)}",
        _ => "it stands in between",
    };

    private static IEnumerable<string> Shown(ZoneReading zone)
    {
        var version = zone.Version!;
        yield return $"installer {version.Installer}, qingcloud {version.Qingcloud}, upgrade {version.Upgrade ?? "-"}, old_upgrade {version.OldUpgrade ?? "-"}, new_upgrade {version.NewUpgrade ?? "-"}";
        yield return $"the bootstrap's last run says that it ended well: {YesNo(zone.BootstrapSaysDone)}; the installer's packages are at the target: {YesNo(zone.InstallerPackagesAtTarget)}";
        foreach (var marker in zone.Markers)
            yield return $"{marker.Name}.Done, {(marker.ModifiedAt > zone.VersionWrittenAt ? "newer" : "older")} than version.json";
    }

    private static string Markers(IReadOnlyList<string> names) => string.Join(" and ", names.Select(n => $"{n}.Done"));

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Text(Target target) => $"{target.Installer}-{target.Qingcloud}";
}
