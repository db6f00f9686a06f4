using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.RollbackSheets;

/// <summary>Makes the sheet out of what is on record. Pure; it asks no zone.</summary>
internal static class SheetMaker
{
    public static RollbackSheet Of(RollbackBasis basis)
    {
        var row = basis.Row;
        return new RollbackSheet
        {
            RolloutId = row.RolloutId,
            Rollout = basis.Rollout,
            ZoneUpgradeId = row.Id,
            Zone = row.Zone,
            State = row.State,
            Phase = row.Phase,
            Step = row.Step,
            Package = row.Package,
            Runbook = row.Runbook,
            AsOf = basis.Now,
            MovedOut = basis.MovedOut,
            PointOfNoReturn = PointOf(basis),
            Warnings = [.. RollbackWarnings.Of(basis)],
            Before = [.. RollbackConditions.Of(basis)],
            Guards = [.. row.GuardsInForce],
            Debts = basis.Debts,
            Phases = [.. basis.Runbook.Phases.Reverse().Where(p => row.PhasesDone.Contains(p.Name) || row.Steps.Any(r => r.Phase == p.Name)).Select(p => PhaseOf(basis, p))],
        };
    }

    /// <summary>The earliest one that was begun; else the first that lies ahead.</summary>
    private static PointOfNoReturn? PointOf(RollbackBasis basis)
    {
        var points = basis.Runbook.Phases.SelectMany(p => p.Steps.Where(s => s.Rollback is { PointOfNoReturn: true }).Select(s => new PointOfNoReturn(p.Name, s.Name, basis.WasBegun(p, s)))).ToList();
        return points.Find(p => p.Reached) ?? points.FirstOrDefault();
    }

    private static PhaseRollback PhaseOf(RollbackBasis basis, Phase phase) => new()
    {
        Name = phase.Name,
        Title = phase.Title,
        Done = basis.Row.PhasesDone.Contains(phase.Name),
        Backups = [.. basis.Row.Steps.Where(r => r.Phase == phase.Name).SelectMany(r => r.Backups).GroupBy(b => (b.Node, b.Path)).Select(g => g.MaxBy(b => b.At)!)],
        Steps = [.. phase.Steps.Reverse().Where(s => s.Changes && basis.WasBegun(phase, s)).Select(s => StepOf(basis, phase, s))],
    };

    private static StepRollback StepOf(RollbackBasis basis, Phase phase, Step step)
    {
        var records = basis.Records(phase, step).OrderBy(r => r.Attempt).ToList();
        return new StepRollback
        {
            Name = step.Name,
            Title = step.Title,
            Effect = records.LastOrDefault() is { Outcome: StepOutcome.Succeeded } ? StepEffect.RanWell : StepEffect.MayHaveChanged,
            Attempts = records,
            PointOfNoReturn = step.Rollback is { PointOfNoReturn: true },
            Scripts = [.. (step.Rollback?.Commands ?? []).Select(c => RollbackScripts.Of(basis, step, c)).OfType<RollbackScript>()],
            CannotUndo = [.. (step.Rollback?.CannotUndo ?? []).Select(basis.Told)],
            Notes = [.. (step.Rollback?.Notes ?? []).Select(basis.Told)],
            Findings = [.. FindingsOf(basis, phase, step, records)],
        };
    }

    private static IEnumerable<Finding> FindingsOf(RollbackBasis basis, Phase phase, Step step, List<StepRecord> records)
    {
        if (step.Rollback is null)
            yield return Finding.Of("rollback-no-way", ("step", step.Name));
        var places = SetAside(basis, phase, step, records).ToList();
        if (places.Count > 0)
            yield return Finding.Of("rollback-set-aside", ("step", step.Name)).WithLines(places);
    }

    /// <summary>Before each of these attempts, backups that lay in the script's way were moved there: not recorded one by one, but the places follow from the attempt.</summary>
    private static IEnumerable<string> SetAside(RollbackBasis basis, Phase phase, Step step, List<StepRecord> records)
    {
        foreach (var attempt in records.Select(r => r.Attempt).Where(a => step.Kind == "bootstrap" || (step.Kind == "vendor-script" && a > 1)))
        {
            yield return $"{basis.MovedOut}/{MovedOut.Before(step.Kind == "bootstrap" ? step.Kind : step.Name, attempt)}";
            if (step.Kind != "vendor-script")
                continue;
            foreach (var backup in basis.Row.Steps.Where(r => r.Phase == phase.Name).SelectMany(r => r.Backups).Where(b => b.Node is not null).DistinctBy(b => (b.Node, b.Path)))
                yield return $"{backup.Node}:{MovedOut.OnNode(backup.Path, step.Name, attempt, basis.Row.Id)}";
        }
    }
}
