using Fleet.Runbooks.Model;
using Fleet.Worker.Steps.Bootstrap;
using Fleet.Worker.Steps.CheckActivity;
using Fleet.Worker.Steps.CheckBackups;
using Fleet.Worker.Steps.CheckDisk;
using Fleet.Worker.Steps.CheckHealth;
using Fleet.Worker.Steps.CheckNodes;
using Fleet.Worker.Steps.CheckPackage;
using Fleet.Worker.Steps.CheckQemu;
using Fleet.Worker.Steps.CheckRepo;
using Fleet.Worker.Steps.CheckServices;
using Fleet.Worker.Steps.CheckVariables;
using Fleet.Worker.Steps.CheckVersions;
using Fleet.Worker.Steps.Manual;
using Fleet.Worker.Steps.ReadmitNodes;
using Fleet.Worker.Steps.RecordHealth;
using Fleet.Worker.Steps.ReleaseGuard;
using Fleet.Worker.Steps.ReplaceInstaller;
using Fleet.Worker.Steps.SetGuard;
using Fleet.Worker.Steps.Shell;
using Fleet.Worker.Steps.UpdateNodes;
using Fleet.Worker.Steps.UpdateWebsite;
using Fleet.Worker.Steps.UpgradePackages;
using Fleet.Worker.Steps.UploadPackage;
using Fleet.Worker.Steps.VendorScript;

namespace Fleet.Worker.Steps;

/// <summary>The step kinds that this worker knows, by name. A new kind is one folder and one line in <see cref="BuiltIn"/>.</summary>
internal sealed class StepKinds
{
    private readonly Dictionary<string, IStepKind> _kinds = new(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">Two kinds have one name.</exception>
    public StepKinds(IEnumerable<IStepKind> kinds)
    {
        foreach (var kind in kinds)
        {
            if (!_kinds.TryAdd(kind.Name, kind))
                throw new InvalidOperationException($"The step kind '{kind.Name}' is registered twice, by {_kinds[kind.Name].GetType().Name} and {kind.GetType().Name}: one of them needs another name.");
        }
    }

    public IReadOnlyCollection<string> Names => _kinds.Keys;

    public static IReadOnlyList<IStepKind> BuiltIn { get; } =
    [
        new ShellStep(),
        new CheckActivityStep(),
        new CheckVersionsStep(),
        new CheckVariablesStep(),
        new CheckServicesStep(),
        new CheckDiskStep(),
        new RecordHealthStep(),
        new CheckHealthStep(),
        new CheckPackageStep(),
        new ReplaceInstallerStep(),
        new UploadPackageStep(),
        new BootstrapStep(),
        new CheckBackupsStep(),
        new CheckQemuStep(),
        new CheckNodesStep(),
        new CheckRepoStep(),
        new SetGuardStep(),
        new ReleaseGuardStep(),
        new VendorScriptStep(),
        new UpgradePackagesStep(),
        new UpdateWebsiteStep(),
        new ManualStep(),
        new ReadmitNodesStep(),
        new UpdateNodesStep(),
    ];

    public IStepKind? Find(string name) => _kinds.GetValueOrDefault(name);

    /// <exception cref="InvalidOperationException">A step names a kind that nobody registered; all such steps are named.</exception>
    public void Check(Runbook runbook)
    {
        var unknown = runbook.Phases.Concat(runbook.Errands)
            .SelectMany(phase => phase.Steps.Select(step => (Phase: phase.Name, Step: step.Name, step.Kind)))
            .Where(step => !_kinds.ContainsKey(step.Kind))
            .Select(step => $"'{step.Kind}' (step {step.Phase}/{step.Step})")
            .ToList();
        if (unknown.Count > 0)
            throw new InvalidOperationException($"The runbook {runbook.Name} {runbook.Version} uses step kinds that this worker does not know: {string.Join(", ", unknown)}. Known are: {string.Join(", ", _kinds.Keys.Order(StringComparer.Ordinal))}.");
    }
}
