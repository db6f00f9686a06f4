using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.CheckActivity;
using Fleet.Worker.Steps.CheckVersions;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.Bootstrap;

/// <summary>
/// Runs the installer's own upgrade (Q6). Done only by three signs together; once version.json has the new versions it is never run again, and never called done without the other two.
/// Right before a start, an existing backup of the same versions is set aside, since the script copies over it.
/// </summary>
internal sealed class BootstrapStep : IStepKind
{
    public const string Kind = "bootstrap";

    public string Name => Kind;

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var begun = context.IsBegun();
        var before = await SignsAsync(context, cancellationToken);
        if (!begun && (before.Done || before.VersionsWritten))
            return BootstrapVerdict.Of(before, null, []);
        if (!begun && before.Version is null)
            return StepResult.Failed(Finding.Of("versions-unreadable", ("problem", "version.json cannot be read")));
        if (!begun && await SetAsideAsync(context, cancellationToken) is { } problem)
            return problem;

        var command = context.Step.Command ?? "${paths.bootstrap}";
        var outcome = await context.ExecuteAsync(context.Expand(command), cancellationToken);
        if (ExecutionVerdict.Unfinished(outcome) is { } unfinished)
        {
            // A person asked to look again at a run that nothing is known of: the three signs may still prove it.
            return outcome.End == ExecutionEnd.Unknown && context.Choice() == Choices.CheckAgain && await SignsAsync(context, cancellationToken) is { Done: true } proven
                ? BootstrapVerdict.Of(proven, null, [])
                : unfinished;
        }

        var after = await SignsAsync(context, cancellationToken);
        return BootstrapVerdict.Of(after, outcome.ExitCode, ExecutionVerdict.LastLines(outcome.Tail, 10), context.Fill(command));
    }

    private static async Task<BootstrapSigns> SignsAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var log = BootstrapLog.Of(context);
        var batch = await Batch.ReadAsync(
            context,
            Batch.Script(
                ("version", $"cat {Sh.Quote(context.PathOf("version-file"))}"),
                ("log.gz", log.Script),
                ("packages", "dpkg-query -W -f '${Package}\\t${Version}\\t${Status}\\n' 'pitrix-installer-*'")),
            cancellationToken);
        return new BootstrapSigns(VersionJson.Read(batch["version"].Text, out _), log.Read(batch["log.gz"].Text), InstalledPackages.Read(batch["packages"].Text), context.Target());
    }

    private static async Task<StepResult?> SetAsideAsync(IStepContext context, CancellationToken cancellationToken)
    {
        if (await Activity.InTheWayAsync(context, cancellationToken) is { } busy)
            return busy;
        var to = $"{context.MovedOut()}/{MovedOut.Before(Kind, context.Attempt)}";
        return SetAside.Problem(await context.ChangeAsync(SetAside.Script(context.Facts.GetValueOrDefault("backup.folder"), [], to), cancellationToken), to);
    }
}
