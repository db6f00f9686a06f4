using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.Reports;

/// <summary>A backup that the runbook expects (Q7, Q17), and what is known of it. Pure.</summary>
/// <param name="Path">Where it lies on its machine.</param>
/// <param name="At">When it was looked at last.</param>
/// <param name="Problem">Why it is not whole; null: nothing is known against it.</param>
/// <param name="Kept">By what it is known again; null: it was not found whole, or by a worker that kept nothing of it.</param>
public sealed record ReportedBackup(string Step, BackupPlace Place, BackupCheck Check, string Path, BackupState State, DateTimeOffset? At, Finding? Problem, VerifiedBackup? Kept)
{
    private const string Kind = "check-backups";

    /// <summary>What the zone's <c>check-backups</c> steps expect, each by the newest try that ended. Paths that cannot be told without the zone are left out.</summary>
    public static IReadOnlyList<ReportedBackup> Of(ZoneUpgradeView zone, IReadOnlyList<ReportStep> steps) =>
        [.. steps.Where(s => s.Kind == Kind).SelectMany(step => Of(step, Expected(step, zone.Facts), zone.Steps.LastOrDefault(s => s.Phase == step.Phase && s.Step == step.Name && s.EndedAt is not null)))];

    private static IEnumerable<ReportedBackup> Of(ReportStep step, IReadOnlyList<BackupExpectation> expected, StepRecord? record) => expected.Select(e =>
    {
        var problem = record?.Findings.FirstOrDefault(f => IsAbout(f, e));
        var state = record?.Outcome switch
        {
            StepOutcome.Succeeded => BackupState.Verified,
            // A look that failed has told of each backup that is not well; one that did not come so far has told of none.
            StepOutcome.Failed when problem is not null => problem.Code == "backup-not-read" ? BackupState.Unknown : BackupState.NotWhole,
            StepOutcome.Failed when record.Findings.Any(f => expected.Any(other => IsAbout(f, other))) => BackupState.Verified,
            _ => BackupState.Unknown,
        };
        return new ReportedBackup(step.Name, e.Place, e.Check, e.Path, state, record?.EndedAt, problem, record?.Backups.FirstOrDefault(b => b.Path == e.Path && (b.Node is null) == (e.Place == BackupPlace.Firstbox)));
    });

    /// <summary>The finding names the path, with the node before it where it is not on the firstbox.</summary>
    private static bool IsAbout(Finding finding, BackupExpectation expected) =>
        finding.Args.TryGetValue("path", out var path)
        && path.Split(", ").Any(p => p == expected.Path || (expected.Place == BackupPlace.FirstSnapshotNode && p.EndsWith($":{expected.Path}", StringComparison.Ordinal)));

    private static IReadOnlyList<BackupExpectation> Expected(ReportStep step, IReadOnlyDictionary<string, string> facts)
    {
        var lines = (step.Options.GetValueOrDefault("expect") ?? "").Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0)
            .Select(l => facts.Where(f => l.Contains("${", StringComparison.Ordinal)).Aggregate(l, (line, f) => line.Replace($"${{facts.{f.Key}}}", f.Value, StringComparison.Ordinal)))
            .Where(l => !l.Contains("${", StringComparison.Ordinal));
        return BackupExpectation.Read(string.Join('\n', lines), facts.GetValueOrDefault("versions.old-installer"), new Dictionary<string, string>(), out _);
    }
}

[System.Text.Json.Serialization.JsonConverter(typeof(Contracts.KebabCaseEnumConverter<BackupState>))]
public enum BackupState
{
    /// <summary>It was looked at, and it is whole.</summary>
    Verified,
    NotWhole,

    /// <summary>Nobody has looked, or the look told nothing of it.</summary>
    Unknown,
}
