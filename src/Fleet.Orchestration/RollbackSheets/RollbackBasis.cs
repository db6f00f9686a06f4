using Fleet.Contracts.Decisions;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.RollbackSheets;

/// <summary>All that a sheet is made of.</summary>
internal sealed record RollbackBasis
{
    private const string DefaultMovedOut = "/pitrix/backup/fleet";

    public required ZoneUpgrade Row { get; init; }
    public required string Rollout { get; init; }
    public required Runbook Runbook { get; init; }

    /// <summary>Those that nobody has settled.</summary>
    public IReadOnlyList<Debt> Debts { get; init; } = [];

    /// <summary>Who has the zone now.</summary>
    public string? TakenBy { get; init; }

    /// <summary>When a person gave it back last, since this zone upgrade began.</summary>
    public DateTimeOffset? ReturnedAt { get; init; }
    public required DateTimeOffset Now { get; init; }

    public string MovedOut => Runbooks.Facts.MovedOut.Folder(Runbook.Settings.GetValueOrDefault("paths.moved-out") ?? DefaultMovedOut, Row.Id);

    public IEnumerable<StepRecord> Records(Phase phase, Step step) => Row.Steps.Where(r => r.Phase == phase.Name && r.Step == step.Name);

    /// <summary>Carried out, as far as the record goes, though nothing of it is in the record.</summary>
    public bool IsWithoutRecord(Phase phase) => Row.PhasesDone.Contains(phase.Name) && Row.Steps.All(r => r.Phase != phase.Name);

    public bool WasBegun(Phase phase, Step step) => Records(phase, step).Any(r => r.Outcome != Contracts.Phases.StepOutcome.Skipped) || IsWithoutRecord(phase);

    public string? ValueOf(string name) => name switch
    {
        Placeholders.MovedOut => MovedOut,
        _ when name.StartsWith(Placeholders.FactPrefix, StringComparison.Ordinal) => Row.Facts.GetValueOrDefault(name[Placeholders.FactPrefix.Length..]),
        "package.installer" => Row.Package.Installer,
        "package.qingcloud" => Row.Package.Qingcloud,
        "package.upgrade" => Row.Package.Upgrade,
        "package.file" => Row.Package.FileName,
        "package.digest" => Row.Package.Digest,
        _ => Runbook.Settings.GetValueOrDefault(name),
    };

    /// <summary>For people to read: nothing is quoted.</summary>
    public string Told(string text) => Placeholders.Fill(text, ValueOf);
}
