using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Worker.Steps;

/// <summary>What an execution that did not simply exit means for its step.</summary>
internal static class ExecutionVerdict
{
    /// <summary>Null when it exited with a code: then the kind judges by what it reads.</summary>
    public static StepResult? Unfinished(ExecutionOutcome outcome) => outcome.End switch
    {
        ExecutionEnd.Exited => null,
        ExecutionEnd.TimedOut => With(StepOutcome.TimedOut, outcome, "time-limit-passed"),
        ExecutionEnd.Cancelled => With(StepOutcome.Cancelled, outcome, "execution-cancelled"),
        ExecutionEnd.Refused => With(StepOutcome.Failed, outcome, "runner-refused"),
        _ => With(StepOutcome.Unknown, outcome, "execution-lost"),
    };

    /// <summary>The last lines that it printed, for a finding.</summary>
    public static IEnumerable<string> LastLines(string output, int count = 20) =>
        output.Split('\n').Select(PlainText.Of).Where(line => line.Length > 0).TakeLast(count);

    private static StepResult With(StepOutcome end, ExecutionOutcome outcome, string code) => new()
    {
        Outcome = end,
        ExitCode = outcome.ExitCode,
        Findings = [outcome.Problem ?? Finding.Of(code).WithLines(LastLines(outcome.Tail))],
    };
}
