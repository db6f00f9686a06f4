using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.ZoneUpgrades;

/// <summary>What is done on a zone after its upgrade, when a person asks for it.</summary>
internal static partial class ZoneUpgradeRules
{
    /// <summary>Quarantined nodes are to be brought back: their settings, the packages that the upgrade gave the others, and a look at them.</summary>
    /// <param name="nodes">All of them quarantined; at least one.</param>
    public static Change<ZoneUpgrade> Readmit(ZoneUpgrade row, IReadOnlyList<string> nodes, string? comment, string actor, ZoneContext context)
    {
        var named = string.Join(',', nodes.Order(StringComparer.Ordinal));
        if (row.Errand is not null)
            return row.Facts.GetValueOrDefault("readmit.nodes") == named ? Change.Of(row) : Change.Refuse(row, Finding.Of("readmit-under-way", ("zone", row.Zone), ("nodes", row.Facts.GetValueOrDefault("readmit.nodes") ?? "-")));
        if (row is not { State: ZoneState.Succeeded, EndedAt: { } ended })
            return Change.Refuse(row, Finding.Of("readmit-zone-not-upgraded", ("zone", row.Zone), ("state", Words.Of(row.State))));
        if (context.Taken)
            return Change.Refuse(row, Finding.Of("readmit-zone-taken", ("zone", row.Zone)));
        if (context.Runbook.Errands.FirstOrDefault(e => e.Name == Errand.ReadmitNodes) is not { } phase)
            return Change.Refuse(row, Finding.Of("readmit-runbook-without", ("zone", row.Zone), ("runbook", context.Runbook.Name), ("version", context.Runbook.Version)));
        var draft = new Draft(row with
        {
            State = ZoneState.Running,
            EndedAt = null,
            Errand = new Errand(phase.Name, actor, ended, row.Phase),
            Ending = null,
            OwnAbort = null,
            Phase = phase.Name,
            PhasesDone = [.. row.PhasesDone.Where(p => p != phase.Name)],
            Step = null,
            Attempt = null,
            Progress = null,
            Since = context.Now,
            Facts = new Dictionary<string, string>(row.Facts) { ["readmit.nodes"] = named, ["readmit.components"] = string.Join(',', Components(row)) },
        }, context);
        draft.Audit(actor, "nodes-readmit", ("nodes", named), ("comment", comment));
        var parameters = new Dictionary<string, string> { [LedgerEntry.Anew] = "true", ["by"] = actor };
        if (comment is not null)
            parameters["comment"] = comment;
        foreach (var step in phase.Steps)
            draft.Reopen(phase.Name, step.Name, 0, parameters);
        draft.Include(Advance(draft.Row, context));
        return draft.Done();
    }

    /// <summary>As the vendor's script asked about them in this upgrade, in that order, without those that somebody said no to.</summary>
    private static IEnumerable<string> Components(ZoneUpgrade row) => row.Decisions
        .Select(d => d.Prompt?.Component).OfType<string>().Distinct(StringComparer.Ordinal).Where(c => !row.Skipped.Any(s => s.Component == c));

    /// <summary>The zone is again what it was; what the errand came to is in the audit.</summary>
    private static void FinishErrand(Draft draft, Errand errand)
    {
        var through = draft.Row.PhasesDone.Contains(errand.Phase);
        draft.Withdraw(_ => true, "ending");
        draft.Audit(Actors.Coordinator, through ? "nodes-readmitted" : "nodes-not-readmitted", ("nodes", draft.Row.Facts.GetValueOrDefault("readmit.nodes")), ("by", errand.By), ("step", through ? null : draft.Row.Step));
        draft.Row = draft.Row with
        {
            State = ZoneState.Succeeded,
            EndedAt = errand.EndedAt,
            Errand = null,
            Ending = null,
            OwnAbort = null,
            Error = null,
            Work = Work.None,
            Stop = null,
            Phase = errand.Before ?? draft.Row.Phase,
            Step = null,
            Progress = null,
            PhasesDone = [.. draft.Row.PhasesDone.Where(p => p != errand.Phase)],
            Facts = draft.Row.Facts.Where(f => !f.Key.StartsWith(Errand.Facts, StringComparison.Ordinal)).ToDictionary(f => f.Key, f => f.Value),
        };
        draft.CountAsFailure(false);
    }
}
