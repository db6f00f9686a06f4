using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Model;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.Shell;

/// <summary>The part of a log that one run wrote: from the size that the log had when the run began, or all of it when the file was made anew.</summary>
internal static class LogSection
{
    private const int Limit = 8 * 1024 * 1024;

    /// <summary>Findings for the lines of this run's section that match the step's error patterns; none when the step names no log.</summary>
    public static async Task<IReadOnlyList<Finding>> ErrorsAsync(IStepContext context, ExecutionOutcome outcome, CancellationToken cancellationToken)
    {
        var done = context.Step.Done;
        if (done.Log is null || done.LogErrors.Count == 0)
            return [];
        if (TracedScript.Read(outcome.Tail) is not { } trace)
            return [Finding.Of("log-section-unknown", ("log", done.Log))];
        var result = await context.ReadAsync(ReadScript(context.Expand(done.Log), trace), cancellationToken);
        return Errors(done.Log, result.Text, done.LogErrors);
    }

    /// <summary>For a run that Fleet did not start in this attempt: what the log got since preflight, or where nobody knows how long it was then, all of it that the option
    /// <c>logStart</c> does not leave out.</summary>
    public static async Task<IReadOnlyList<Finding>> ErrorsSinceStartAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var done = context.Step.Done;
        if (done.Log is null || done.LogErrors.Count == 0)
            return [];
        var known = LogSizes.Read(context.Facts).GetValueOrDefault(context.Fill(done.Log));
        var result = await context.ReadAsync(ReadScript(context.Expand(done.Log), known ?? Trace.OfWholeLog), cancellationToken);
        return Errors(done.Log, LastRun(result.Text, context.Step.With.GetValueOrDefault("logStart")), done.LogErrors);
    }

    public static string LastRun(string section, string? start)
    {
        if (start is null)
            return section;
        var pattern = Patterns.Compile(start);
        var lines = section.Split('\n');
        var at = Array.FindLastIndex(lines, l => pattern.IsMatch(PlainText.Of(l)));
        return at < 0 ? section : string.Join('\n', lines[at..]);
    }

    public static string ReadScript(string quotedLog, Trace trace) => $"""
        log={quotedLog}
        [ -r "$log" ] || exit 0
        if [ "$(stat -c %i "$log")" = '{trace.LogInode ?? "none"}' ] && [ "$(stat -c %s "$log")" -ge {trace.LogSize} ]; then
          tail -c +{trace.LogSize + 1} "$log" | tail -c {Limit}
        else
          tail -c {Limit} "$log"
        fi
        """;

    public static IReadOnlyList<Finding> Errors(string log, string section, IReadOnlyList<string> patterns)
    {
        var expressions = patterns.Select(Patterns.Compile).ToList();
        var lines = section.Split('\n').Select(PlainText.Of).Where(l => expressions.Exists(e => e.IsMatch(l))).ToList();
        return lines.Count == 0
            ? []
            : [Finding.Of("log-errors", ("log", log), ("count", lines.Count.ToString(System.Globalization.CultureInfo.InvariantCulture))).WithLines(lines)];
    }
}
