using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.RollbackSheets;

/// <summary>Where the record does not say all.</summary>
internal static class RollbackWarnings
{
    public static IEnumerable<Finding> Of(RollbackBasis basis)
    {
        var row = basis.Row;
        if (row.RecordLost)
            yield return Finding.Of("rollback-record-lost", ("zone", row.Zone));
        if (row.Facts.GetValueOrDefault("standing.from") is { Length: > 0 } from)
            yield return Finding.Of("rollback-begun-elsewhere", ("zone", row.Zone), ("phase", from));
        if (basis.ReturnedAt is { } at)
            yield return Finding.Of("rollback-zone-returned", ("zone", row.Zone), ("at", $"{at:u}"));
        foreach (var phase in basis.Runbook.Phases.Where(basis.IsWithoutRecord))
            yield return Finding.Of("rollback-phase-without-record", ("phase", phase.Name));
        foreach (var step in row.Steps.Where(s => s.Outcome is null or StepOutcome.Unknown or StepOutcome.TimedOut))
            yield return Finding.Of("rollback-outcome-unknown", ("step", $"{step.Phase}/{step.Step}"), ("attempt", $"{step.Attempt}"));
        foreach (var step in row.Steps.Where(s => s is { Outcome: StepOutcome.Succeeded, Backups.Count: 0 } && basis.Runbook.FindPhase(s.Phase)?.FindStep(s.Step)?.Kind == "check-backups"))
            yield return Finding.Of("rollback-backups-not-kept", ("step", $"{step.Phase}/{step.Step}"));
    }
}
