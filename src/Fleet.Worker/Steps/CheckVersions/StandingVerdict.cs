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
        var question = Question(zone, standing, target).WithLines(Shown(zone));
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
                Fingerprint = Fingerprint.Of(context, question.Code),
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

    private static Finding Question(ZoneReading zone, Standing standing, Target target) => standing.Reason switch
    {
        MidUpgradeReason.StaleMarkers => Finding.Of("mid-upgrade-stale-markers", ("markers", Markers(standing.StaleMarkers)), ("target", Text(target))),
        MidUpgradeReason.OtherUpgrade => Finding.Of("mid-upgrade-other-target", ("version", zone.Version!.NewUpgrade ?? ""), ("target", Text(target))),
        MidUpgradeReason.BootstrapUnproven => Finding.Of("mid-upgrade-bootstrap-unproven", ("target", Text(target)), ("proven", standing.LastProven ?? ""), ("proposed", standing.Proposed ?? "")),
        MidUpgradeReason.BootstrapDone => Finding.Of("mid-upgrade-bootstrap-done", ("target", Text(target)), ("proven", standing.LastProven ?? ""), ("proposed", standing.Proposed ?? "")),
        MidUpgradeReason.PreUpgradeDone => Finding.Of("mid-upgrade-pre-upgrade-done", ("target", Text(target)), ("proven", standing.LastProven ?? ""), ("proposed", standing.Proposed ?? "")),
        MidUpgradeReason.PackagesDone => Finding.Of("mid-upgrade-packages-done", ("target", Text(target)), ("proven", standing.LastProven ?? ""), ("proposed", standing.Proposed ?? "")),
        MidUpgradeReason.MarkersLeft => Finding.Of("mid-upgrade-markers-left", ("markers", Markers(standing.StaleMarkers)), ("proposed", standing.Proposed ?? "")),
        MidUpgradeReason.FlagLeft => Finding.Of("mid-upgrade-flag-left", ("nodes", string.Join(", ", zone.FlaggedNodes)), ("proposed", standing.Proposed ?? "")),
        _ => Finding.Of("mid-upgrade-upgrade-differs", ("version", zone.Version!.Upgrade ?? "missing"), ("wanted", target.Upgrade ?? "there"), ("proposed", standing.Proposed ?? "")),
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
