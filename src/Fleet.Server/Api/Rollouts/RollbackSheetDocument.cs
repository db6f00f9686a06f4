using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.RollbackSheets;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Server.Api.Rollouts;

/// <summary>What a person needs who goes back on one zone, as of now. Fleet never goes back by itself.</summary>
public sealed record RollbackSheetDocument
{
    public required Guid Rollout { get; init; }
    public required string RolloutName { get; init; }
    public required Guid ZoneUpgrade { get; init; }
    public required string Zone { get; init; }
    public required ZoneState State { get; init; }

    /// <summary>The phase that is carried out, or that was last.</summary>
    public string? Phase { get; init; }
    public string? Step { get; init; }

    /// <summary>What it was being upgraded to: installer and qingcloud version.</summary>
    public required string Package { get; init; }
    public required string Runbook { get; init; }
    public required string RunbookDigest { get; init; }
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>The folder, on the firstbox, of all that this zone upgrade moved aside.</summary>
    public required string MovedOut { get; init; }
    public PointOfNoReturn? PointOfNoReturn { get; init; }

    /// <summary>Where the record is not complete.</summary>
    public required IReadOnlyList<Told> Warnings { get; init; }

    /// <summary>What must be true before anything is taken back.</summary>
    public required IReadOnlyList<RollbackConditionDocument> Before { get; init; }
    public required IReadOnlyList<GuardState> Guards { get; init; }
    public required IReadOnlyList<Debt> Debts { get; init; }

    /// <summary>The phases that were reached, newest first: in the order of going back.</summary>
    public required IReadOnlyList<PhaseRollbackDocument> Phases { get; init; }

    public static RollbackSheetDocument Of(RollbackSheet sheet) => new()
    {
        Rollout = sheet.RolloutId,
        RolloutName = sheet.Rollout,
        ZoneUpgrade = sheet.ZoneUpgradeId,
        Zone = sheet.Zone,
        State = sheet.State,
        Phase = sheet.Phase,
        Step = sheet.Step,
        Package = $"{sheet.Package.Installer}-{sheet.Package.Qingcloud}",
        Runbook = sheet.Runbook.Name,
        RunbookDigest = sheet.Runbook.Digest,
        AsOf = sheet.AsOf,
        MovedOut = sheet.MovedOut,
        PointOfNoReturn = sheet.PointOfNoReturn,
        Warnings = [.. sheet.Warnings.Select(Told.Of)],
        Before = [.. sheet.Before.Select(c => new RollbackConditionDocument(Told.Of(c.What), c.Met))],
        Guards = sheet.Guards,
        Debts = sheet.Debts,
        Phases = [.. sheet.Phases.Select(PhaseRollbackDocument.Of)],
    };
}

/// <param name="Met">Null: only a look at the zone tells.</param>
public sealed record RollbackConditionDocument(Told What, bool? Met);

public sealed record PhaseRollbackDocument
{
    public required string Name { get; init; }
    public required string Title { get; init; }

    /// <summary>It ended well.</summary>
    public required bool Done { get; init; }
    public required IReadOnlyList<BackupDocument> Backups { get; init; }

    /// <summary>The steps that changed the zone, or may have, newest first.</summary>
    public required IReadOnlyList<StepRollbackDocument> Steps { get; init; }

    public static PhaseRollbackDocument Of(PhaseRollback phase) => new()
    {
        Name = phase.Name,
        Title = phase.Title,
        Done = phase.Done,
        Backups = [.. phase.Backups.Select(BackupDocument.Of)],
        Steps = [.. phase.Steps.Select(StepRollbackDocument.Of)],
    };
}

public sealed record StepRollbackDocument
{
    public required string Name { get; init; }
    public required string Title { get; init; }
    public required StepEffect Effect { get; init; }

    /// <summary>Its tries, oldest first.</summary>
    public required IReadOnlyList<StepDocument> Attempts { get; init; }
    public required bool PointOfNoReturn { get; init; }

    /// <summary>In the order in which they are run, by a person.</summary>
    public required IReadOnlyList<RollbackScriptDocument> Scripts { get; init; }
    public required IReadOnlyList<string> CannotUndo { get; init; }
    public required IReadOnlyList<string> Notes { get; init; }
    public required IReadOnlyList<Told> Findings { get; init; }

    public static StepRollbackDocument Of(StepRollback step) => new()
    {
        Name = step.Name,
        Title = step.Title,
        Effect = step.Effect,
        Attempts = [.. step.Attempts.Select(StepDocument.Of)],
        PointOfNoReturn = step.PointOfNoReturn,
        Scripts = [.. step.Scripts.Select(s => new RollbackScriptDocument(s.Title, s.On, s.Text, s.Verifies, [.. s.Problems.Select(Told.Of)]))],
        CannotUndo = step.CannotUndo,
        Notes = step.Notes,
        Findings = [.. step.Findings.Select(Told.Of)],
    };
}

/// <param name="On">Where it has its effect; null: on the firstbox. It is always typed on the firstbox.</param>
/// <param name="Text">To be copied as it is.</param>
/// <param name="Verifies">It goes back only to the backup whose digest is on record.</param>
/// <param name="Problems">Why it cannot be run as it is, or not be trusted blindly.</param>
public sealed record RollbackScriptDocument(string Title, string? On, string Text, bool Verifies, IReadOnlyList<Told> Problems);
