using System.Globalization;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;

namespace Fleet.Worker.Steps.Shell;

/// <summary>A command is well when its exit code is accepted, its success line was printed (where one is named) and its log has no errors.</summary>
internal static class ShellVerdict
{
    /// <param name="command">With its paths filled in.</param>
    public static StepResult Of(Step step, string command, ExecutionOutcome outcome, IReadOnlyList<Finding> logErrors)
    {
        var reasons = Reasons(step, command, outcome).Concat(logErrors).ToList();
        return new StepResult
        {
            Outcome = reasons.Count == 0 ? StepOutcome.Succeeded : StepOutcome.Failed,
            AlreadyDone = outcome.AlreadyRan,
            ExitCode = outcome.ExitCode,
            Findings = reasons,
        };
    }

    public static bool ExitAccepted(Step step, int? exit) =>
        exit is { } code && step.With.GetValueOrDefault("acceptExit", "0").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Any(accepted => int.TryParse(accepted, NumberStyles.None, CultureInfo.InvariantCulture, out var one) && one == code);

    /// <summary>Why an exit code is not well, with the script's path where the script is to blame for being absent.</summary>
    public static Finding Failed(Step step, string command, ExecutionOutcome outcome)
    {
        var last = ExecutionVerdict.LastLines(outcome.Tail).ToList();
        return MissingScript.Of(step.Name, command, outcome.ExitCode, last)
            ?? Finding.Of("command-failed", ("step", step.Name), ("exit", outcome.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "none")).WithLines(last);
    }

    public static bool SuccessPrinted(DoneProof done, string output) =>
        done.SuccessLine is null || Patterns.Compile($"(?m){done.SuccessLine}").IsMatch(output);

    private static IEnumerable<Finding> Reasons(Step step, string command, ExecutionOutcome outcome)
    {
        if (!ExitAccepted(step, outcome.ExitCode))
            yield return Failed(step, command, outcome);
        else if (!SuccessPrinted(step.Done, outcome.Tail))
            yield return Finding.Of("success-line-missing", ("step", step.Name), ("pattern", step.Done.SuccessLine!)).WithLines(ExecutionVerdict.LastLines(outcome.Tail));
    }
}
