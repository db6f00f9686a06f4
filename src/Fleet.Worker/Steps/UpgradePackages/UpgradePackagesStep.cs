using Fleet.Contracts.Decisions;
using Fleet.Worker.Steps.Reading;
using Fleet.Worker.Steps.Shell;
using Fleet.Worker.Steps.VendorScript;

namespace Fleet.Worker.Steps.UpgradePackages;

/// <summary>
/// Runs upgrade_pkgs.sh under a terminal (Q18, Q19), component by component. Success is its marker and its line; what was skipped, ignored or never asked for is remembered.
/// Options: <c>autoCommand</c>, run instead where the rollout asks nothing; <c>nodeLogs</c>, the folder of the nodes' own logs; those of <see cref="PackagesTexts"/>.
/// </summary>
internal sealed class UpgradePackagesStep : IStepKind
{
    public string Name => "upgrade-packages";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var step = context.Step;
        if ((context.Command.Interactive ? step.Command : step.With.GetValueOrDefault("autoCommand") ?? step.Command) is not { } command)
            return StepResult.Failed(Finding.Of("step-without-command", ("step", step.Name)));
        var record = context as IStepRecord;
        var before = await VendorStand.ReadAsync(context, cancellationToken);
        if (await VendorDone.ProofAsync(context, before, cancellationToken) is { } proof)
            return VendorDone.AlreadyDone(step, proof);
        if (record?.WasStarted != true && !context.IsBegun() && !await PreparedAsync(context, cancellationToken))
            return StepResult.Failed(Finding.Of("packages-not-prepared"));

        var groups = await NodeGroups.ReadAsync(context, cancellationToken);
        var texts = PackagesTexts.Of(context);
        var output = new PackagesOutput(texts);
        record?.OnLine(line => Follow(context, output, groups, line));
        var outcome = await context.ExecuteAsync(TracedScript.Wrap(context, command), cancellationToken);
        record?.OnLine(null);
        if (record is null)
            output = PackagesOutput.Of(outcome.Tail, texts);
        if (ExecutionVerdict.Unfinished(outcome) is { } unfinished)
            return await VendorDone.ProofInsteadAsync(context, outcome, cancellationToken) is { } instead ? VendorDone.AlreadyDone(step, instead) : unfinished;
        return PackagesVerdict.Of(context, outcome, output, groups, await VendorStand.ReadAsync(context, cancellationToken));
    }

    private static void Follow(IStepContext context, PackagesOutput output, NodeGroups groups, string line)
    {
        var known = output.Components.Count;
        output.Line(line);
        if (output.Components.Count > known)
            context.Progress(output.Components[^1].Name, output.Components.Count, Math.Max(output.Components.Count, groups.Called));
    }

    private static async Task<bool> PreparedAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var result = await context.ReadAsync($"[ -e {context.Expand("${paths.pre-upgrade-marker}")} ] && echo prepared", cancellationToken);
        return result.Text.Contains("prepared", StringComparison.Ordinal);
    }
}
