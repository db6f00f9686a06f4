using System.Text.Json;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckBackups;

/// <summary>The backups that a step expects: its option <c>expect</c>, one a line, as <see cref="BackupExpectation"/> tells. A source may name others to take where it is not there: <c>of A|B</c>.</summary>
internal static class BackupPlan
{
    public const string SourcesFact = "backup.sources";

    public static IReadOnlyList<BackupExpectation> Of(IStepContext context, Step step, out string? problem)
    {
        var old = context.Facts.GetValueOrDefault("versions.old-installer") ?? context.Facts.GetValueOrDefault("versions.installer");
        return BackupExpectation.Read(string.Join('\n', Lines(context, step)), old, new Dictionary<string, string>(), out problem);
    }

    /// <summary>Every source that a later step holds a backup against, so that it can be measured before it changes. Backups' own places need not be known yet.</summary>
    public static IReadOnlyList<BackupExpectation> Sources(IStepContext context)
    {
        var found = new List<BackupExpectation>();
        foreach (var step in context.Runbook.Phases.SelectMany(p => p.Steps).Where(s => s.Kind == "check-backups"))
        {
            foreach (var line in Lines(context, step).Where(l => l.Contains(" of ", StringComparison.Ordinal)))
            {
                var at = line.IndexOf(" of ", StringComparison.Ordinal);
                found.AddRange(BackupExpectation.Read($"tree /backup{line[at..]}", null, new Dictionary<string, string>(), out _).Where(e => e.Source is not null));
            }
        }

        return [.. found.DistinctBy(Key)];
    }

    public static string Key(BackupExpectation expectation) => $"{expectation.Source} without {string.Join(',', expectation.Without)}";

    /// <summary>The first of the named sources that is there.</summary>
    public static string SourceScript(BackupExpectation expectation) =>
        $"for s in {string.Join(' ', expectation.Source!.Split('|').Select(Sh.Quote))}; do [ -d \"$s\" ] || continue; {TreeScript("\"$s\"", expectation.Without)}; exit 0; done; exit 1";

    /// <summary>Files and bytes below a folder.</summary>
    public static string TreeScript(string quotedFolder, IReadOnlyList<string> without)
    {
        var skip = string.Concat(without.Select(w => $" ! -path {quotedFolder}/{Sh.Quote(w)} ! -path {quotedFolder}/{Sh.Quote(w + "/*")}"));
        return $"find {quotedFolder} -type f{skip} -printf '%s\\n' | awk '{{ n++; s += $1 }} END {{ printf \"%d %.0f\", n, s }}'";
    }

    public static Dictionary<string, TreeSize> Measured(IStepContext context)
    {
        if (context.Facts.GetValueOrDefault(SourcesFact) is not { } json)
            return [];
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, TreeSize>>(json) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static IEnumerable<string> Lines(IStepContext context, Step step) =>
        step.With.TryGetValue("expect", out var text) ? text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0).Select(context.Fill) : [];
}
