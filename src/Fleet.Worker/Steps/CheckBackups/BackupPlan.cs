using System.Text.Json;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckBackups;

/// <summary>The backups that a step expects: its option <c>expect</c>, one a line, as <see cref="BackupExpectation"/> tells. A source may name others to take where it is not there: <c>of A|B</c>.</summary>
internal static class BackupPlan
{
    public const string SourcesFact = "backup.sources";

    private const string ScriptKind = "vendor-script";

    public static IReadOnlyList<BackupExpectation> Of(IStepContext context, Step step, out string? problem)
    {
        var old = context.Facts.GetValueOrDefault("versions.old-installer") ?? context.Facts.GetValueOrDefault("versions.installer");
        return BackupExpectation.Read(string.Join('\n', Lines(context, step)), old, new Dictionary<string, string>(), out problem);
    }

    /// <summary>Every source that a later step holds a backup against, so that it can be measured before it changes. Backups' own places need not be known yet.</summary>
    public static IReadOnlyList<BackupExpectation> Sources(IStepContext context) => SourcesOf(context, context.Runbook.Phases.SelectMany(p => p.Steps));

    /// <summary>What the <c>check-backups</c> steps behind a script, in its phase, hold its backups against.</summary>
    public static IReadOnlyList<BackupExpectation> SourcesBehind(IStepContext context) =>
        SourcesOf(context, context.Phase.Steps.SkipWhile(s => s.Name != context.Step.Name).Skip(1).TakeWhile(s => s.Kind != ScriptKind));

    private static IReadOnlyList<BackupExpectation> SourcesOf(IStepContext context, IEnumerable<Step> steps)
    {
        var found = new List<BackupExpectation>();
        foreach (var step in steps.Where(s => s.Kind == "check-backups"))
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

    /// <summary>What was measured right before a script of this name began, as a fact.</summary>
    public static string SourcesFactOf(string scriptStep) => $"{SourcesFact}.{scriptStep}";

    public static string Json(IReadOnlyList<BackupExpectation> sources, IEnumerable<TreeSize?> sizes) =>
        JsonSerializer.Serialize(sources.Zip(sizes).Where(s => s.Second is not null).ToDictionary(s => Key(s.First), s => s.Second!));

    /// <summary>The sources as they were when this step's backups were begun: before the script of its phase, or else in preflight.</summary>
    public static Dictionary<string, TreeSize> Measured(IStepContext context)
    {
        var script = context.Phase.Steps.TakeWhile(s => s.Name != context.Step.Name).LastOrDefault(s => s.Kind == ScriptKind);
        if (context.Facts.GetValueOrDefault(script is null ? SourcesFact : SourcesFactOf(script.Name)) is not { } json)
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
