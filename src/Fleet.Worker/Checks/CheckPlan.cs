using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;

namespace Fleet.Worker.Checks;

/// <summary>What of a runbook is looked at before a rollout: its preflight phase, which a rollout begins with too, and what later phases only look at and people are asked about.</summary>
internal static class CheckPlan
{
    /// <summary>Kinds that read the repo as it lies there now, long before their phase.</summary>
    private static readonly string[] LookAhead = ["check-qemu", "check-repo"];

    /// <summary>Kinds that hold the zone against a package.</summary>
    private static readonly string[] AgainstPackage = ["check-versions", "check-disk"];

    public static IReadOnlyList<(Phase Phase, Step Step)> Of(Runbook runbook) =>
    [
        .. runbook.Phases.Where(p => p.Name == RunbookPhases.Preflight).SelectMany(p => p.Steps.Select(s => (p, s))),
        .. runbook.Phases.Where(p => p.Name != RunbookPhases.Preflight).SelectMany(p => p.Steps.Where(s => LookAhead.Contains(s.Kind)).Select(s => (p, s))),
    ];

    /// <summary>A step that changes the zone is not begun; those that look ahead change it only as a person chose, and nobody has.</summary>
    public static bool MayLook(Step step) => !step.Changes || LookAhead.Contains(step.Kind);

    public static bool NeedsPackage(Step step) => AgainstPackage.Contains(step.Kind);

    /// <summary>Stands in where a zone is looked at without a package: nothing is held against it.</summary>
    public static PackageRef NoPackage { get; } = new() { FileName = "", Digest = "", Size = 0, Installer = "", Qingcloud = "", Upgrade = "" };
}
