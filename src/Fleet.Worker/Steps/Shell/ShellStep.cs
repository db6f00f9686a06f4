using Fleet.Contracts.Decisions;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.Shell;

/// <summary>Runs the step's command; its exit code, an optional success line and its log's errors are the verdict. Options: <c>acceptExit</c>, exit codes that are well (default <c>0</c>).</summary>
internal sealed class ShellStep : IStepKind
{
    public string Name => "shell";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var step = context.Step;
        if (step.Command is null)
            return StepResult.Failed(Finding.Of("step-without-command", ("step", step.Name)));
        var outcome = await context.ExecuteAsync(TracedScript.Wrap(context, step.Command), cancellationToken);
        if (ExecutionVerdict.Unfinished(outcome) is { } unfinished)
            return unfinished;
        var errors = await LogSection.ErrorsAsync(context, outcome, cancellationToken);
        return ShellVerdict.Of(step, context.Fill(step.Command), outcome, errors);
    }
}
