using System.Globalization;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Worker.Phases.Prompts;

namespace Fleet.Worker.Steps.UpdateWebsite;

/// <summary>
/// Upgrades the website of special sub zones (Q25), zone id by zone id. Options: <c>group</c>, the node group, in a region <c>&lt;zone id&gt;-group</c>; <c>package</c>, the package set.
/// </summary>
internal sealed class UpdateWebsiteStep : IStepKind
{
    public string Name => "update-website";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var step = context.Step;
        if (step.Command is null)
            return StepResult.Failed(Finding.Of("step-without-command", ("step", step.Name)));
        var targets = WebsiteTarget.Of(context.Command.Traits, context.Facts.GetValueOrDefault("zone.ids"), step.With.GetValueOrDefault("group", "webservice"));
        if (targets.Count == 0)
            return new StepResult { Outcome = StepOutcome.Skipped, Findings = [Finding.Of("website-no-special-zone")] };
        var already = true;
        for (var i = 0; i < targets.Count; i++)
        {
            var target = targets[i];
            context.Progress(target.Group, i, targets.Count);
            var command = $"{context.Expand(step.Command)} {Placeholders.Quote(target.Group)} {Placeholders.Quote(step.With.GetValueOrDefault("package", "global-website"))}";
            var outcome = await context.ExecuteAsync(command, cancellationToken, target.Part);
            if (ExecutionVerdict.Unfinished(outcome) is { } unfinished)
                return unfinished;
            if (Failure(target, outcome) is { } failure)
                return StepResult.Failed(failure) with { ExitCode = outcome.ExitCode };
            already &= outcome.AlreadyRan;
        }
        return StepResult.Succeeded() with { AlreadyDone = already, ExitCode = 0 };
    }

    /// <summary>It ends with 1 where a node failed; a node's error counts whatever it ends with.</summary>
    internal static Finding? Failure(WebsiteTarget target, ExecutionOutcome outcome)
    {
        var failed = NodeFailures.Before(outcome.Tail, outcome.Tail.Length);
        return outcome.ExitCode == 0 && failed.Count == 0
            ? null
            : Finding.Of(
                "website-failed", ("group", target.Group), ("exit", outcome.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "none"),
                ("nodes", failed.Count > 0 ? string.Join(", ", failed) : "none named")).WithLines(ExecutionVerdict.LastLines(outcome.Tail));
    }
}
