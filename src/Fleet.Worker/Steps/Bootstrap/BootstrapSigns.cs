using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.CheckVersions;
using Fleet.Worker.Steps.Shell;

namespace Fleet.Worker.Steps.Bootstrap;

/// <summary>The three signs of a bootstrap that ended well (Q6): version.json, the success line in the last run's section of the log, the installed packages.</summary>
internal sealed record BootstrapSigns(VersionJson? Version, UpgradeLog Log, InstalledPackages Packages, Target Target)
{
    public bool VersionsWritten => VersionNumber.Compare(Version?.Installer, Target.Installer) == 0 && VersionNumber.Compare(Version?.Qingcloud, Target.Qingcloud) == 0;

    public bool PackagesAtTarget => Packages.AllAt(Target.Installer);

    public bool Done => VersionsWritten && Log.SaysDone && PackagesAtTarget;

    public IEnumerable<string> Missing()
    {
        if (!VersionsWritten)
            yield return $"version.json has installer {Version?.Installer ?? "unreadable"} and qingcloud {Version?.Qingcloud ?? "unreadable"}, not {Target.Installer} and {Target.Qingcloud}";
        if (!Log.SaysDone)
            yield return "the last run's section of the log has no success line";
        if (!PackagesAtTarget)
            yield return Packages.Packages.Count == 0 ? "no pitrix-installer package is installed" : $"not at {Target.Installer}: {string.Join(", ", Packages.NotAt(Target.Installer))}";
    }
}

internal static class BootstrapVerdict
{
    /// <param name="exit">Null: nothing was run now.</param>
    /// <param name="command">What was run, with its paths filled in.</param>
    public static StepResult Of(BootstrapSigns signs, int? exit, IEnumerable<string> tail, string command = "")
    {
        if (signs.Done)
        {
            return StepResult.Succeeded() with
            {
                AlreadyDone = exit is null,
                ExitCode = exit,
                Facts = Facts(signs),
            };
        }

        var lines = signs.Log.Errors.Concat(tail).ToList();
        var missing = signs.Missing().ToList();
        var reason = signs.VersionsWritten
            ? Finding.Of("bootstrap-half-done", ("missing", string.Join("; ", missing)))
            : MissingScript.Of("bootstrap", command, exit, []) ?? Finding.Of("bootstrap-failed", ("missing", string.Join("; ", missing)), ("exit", exit is { } code ? code.ToString(System.Globalization.CultureInfo.InvariantCulture) : "none"));
        return StepResult.Failed(reason.WithLines(lines)) with { ExitCode = exit };
    }

    private static Dictionary<string, string> Facts(BootstrapSigns signs)
    {
        var facts = new Dictionary<string, string>
        {
            ["versions.installer"] = signs.Version!.Installer!,
            ["versions.qingcloud"] = signs.Version.Qingcloud!,
        };
        if (signs.Version.NewUpgrade is { } upgrade)
            facts["versions.new-upgrade"] = upgrade;
        return facts;
    }
}
