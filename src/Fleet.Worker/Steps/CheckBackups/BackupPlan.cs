using System.Text.Json;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckBackups;

/// <summary>
/// The backups that a step expects, out of its options: <c>folders</c>, <c>dumps</c> and <c>snapshotFolders</c>, a path a line; a folder may name its source,
/// <c>PATH of SOURCE|OTHER-SOURCE without A,B</c>, and any line the versions it holds for, <c>from 4.2.0 before 4.3.0</c>.
/// </summary>
internal static class BackupPlan
{
    public const string SourcesFact = "backup.sources";

    public static IReadOnlyList<BackupExpectation> Of(IStepContext context, Step step, out string? problem)
    {
        var lines = new List<string>();
        lines.AddRange(Lines(context, step, "folders").Select(l => $"{(l.Contains(" of ", StringComparison.Ordinal) ? "tree" : "folder")} {l}"));
        lines.AddRange(Lines(context, step, "dumps").Select(l => $"dump {l}"));
        lines.AddRange(Lines(context, step, "snapshotFolders").Select(l => $"folder@snapshot {l}"));
        var old = context.Facts.GetValueOrDefault("versions.old-installer") ?? context.Facts.GetValueOrDefault("versions.installer");
        return BackupExpectation.Read(string.Join('\n', lines), old, new Dictionary<string, string>(), out problem);
    }

    /// <summary>Every source that a later step holds a backup against, so that it can be measured before it changes. Backups' own places need not be known yet.</summary>
    public static IReadOnlyList<BackupExpectation> Sources(IStepContext context)
    {
        var found = new List<BackupExpectation>();
        foreach (var step in context.Runbook.Phases.SelectMany(p => p.Steps).Where(s => s.Kind == "check-backups"))
        {
            foreach (var line in Lines(context, step, "folders").Where(l => l.Contains(" of ", StringComparison.Ordinal)))
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

    private static IEnumerable<string> Lines(IStepContext context, Step step, string option) =>
        step.With.TryGetValue(option, out var text) ? text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0).Select(context.Fill) : [];
}
