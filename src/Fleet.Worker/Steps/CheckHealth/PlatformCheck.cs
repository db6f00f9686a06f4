using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckHealth;

/// <summary>Runs the platform's own check (Q23) and reads its items: from the list that it leaves if this run wrote it, else from what it printed.</summary>
internal static class PlatformCheck
{
    private const string Fresh = "fleet-check-result=fresh";

    public static async Task<(CheckPyReport? Report, StepResult? Problem)> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var result = Sh.Quote(context.Option("result", "${paths.check-result}"));
        var command = context.Expand(context.Step.Command ?? "${paths.check} -n all");
        // The exit code says nothing; the items do.
        var outcome = await context.ExecuteAsync(
            $"export LC_ALL=C\nbefore=$(stat -c '%i %y %s' {result} 2>/dev/null)\n{command}\nafter=$(stat -c '%i %y %s' {result} 2>/dev/null)\n[ -z \"$after\" ] || [ \"$before\" = \"$after\" ] || printf '\\n{Fresh}\\n'\nexit 0\n",
            cancellationToken);
        if (ExecutionVerdict.Unfinished(outcome) is { } unfinished)
            return (null, unfinished);
        var report = CheckPyReport.Read("");
        if (outcome.Tail.Contains(Fresh, StringComparison.Ordinal))
        {
            var batch = await Batch.ReadAsync(context, Batch.Script(("items.gz", $"head -c 33554432 {result}")), cancellationToken);
            report = CheckPyReport.Read(batch["items.gz"].Text);
        }

        if (report.Items.Count == 0)
            report = CheckPyReport.Read(outcome.Tail);
        return report.Items.Count > 0
            ? (report, null)
            : (null, StepResult.Failed(Finding.Of("health-unreadable", ("command", command)).WithLines(ExecutionVerdict.LastLines(outcome.Tail))));
    }
}
