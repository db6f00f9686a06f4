using System.Globalization;
using System.Text.Json;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.Shell;

/// <summary>How long each step's log was in preflight, so that what a run wrote later can be told from older runs although Fleet did not see it begin.</summary>
internal static class LogSizes
{
    public const string Fact = "logs.at-start";

    /// <summary>A line <c>inode:size path</c> for each log that a step of the runbook reads for errors.</summary>
    public static string Script(IStepContext context) =>
        $"for f in {string.Join(' ', Logs(context).Select(Sh.Quote).DefaultIfEmpty("/nonexistent"))}; do echo \"$(stat -c %i:%s \"$f\" || echo none:0) $f\"; done";

    public static string Json(string text) => JsonSerializer.Serialize(Lines.Of(text).Select(l => l.Split(' ', 2)).Where(w => w.Length == 2).ToDictionary(w => w[1], w => w[0]));

    public static IReadOnlyDictionary<string, Trace> Read(IReadOnlyDictionary<string, string> facts)
    {
        var known = new Dictionary<string, Trace>(StringComparer.Ordinal);
        if (!facts.TryGetValue(Fact, out var json))
            return known;
        foreach (var (path, text) in JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [])
        {
            if (text.Split(':') is [var inode, var digits] && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
                known[path] = Trace.OfLog(inode, size);
        }
        return known;
    }

    private static IEnumerable<string> Logs(IStepContext context) =>
        context.Runbook.Phases.SelectMany(p => p.Steps).Where(s => s.Done is { Log: not null, LogErrors.Count: > 0 }).Select(s => context.Fill(s.Done.Log!)).Distinct(StringComparer.Ordinal);
}
