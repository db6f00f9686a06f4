namespace Fleet.Checking;

/// <summary>2. A phase's commands run only after the verified end of the phases before it.</summary>
internal static class PhaseOrder
{
    public static IEnumerable<Violation> Check(History history, RunbookShape runbook)
    {
        var rows = new Dictionary<Guid, ZoneRow>();
        foreach (var e in history.Events)
        {
            if (e is ZoneRow row)
                rows[row.ZoneUpgradeId] = row;
            if (e is not ExecutionBegan began || runbook.PhaseOf(began.Step) is not { } phase)
                continue;
            var now = rows.GetValueOrDefault(began.ZoneUpgradeId);
            // On the way to an end only the guard's own release runs out of order.
            if (runbook.Releases.Contains(began.Step))
                continue;
            var missing = runbook.Phases.TakeWhile(p => p.Phase != phase).Where(p => now is null || !now.PhasesDone.Contains(p.Phase)).Select(p => p.Phase).ToList();
            var open = now?.Steps.Where(s => s.Value.State is not ("succeeded" or "ignored" or "marked-done" or "skipped") && runbook.Phases.TakeWhile(p => p.Phase != phase).Any(p => s.Key.StartsWith(p.Phase + "/", StringComparison.Ordinal))).Select(s => s.Key).ToList() ?? [];
            if (open.Count > 0)
                yield return new Violation(2, $"{began.Step} ran although {string.Join(", ", open)} had not ended well", now!, began);
            if (missing.Count > 0)
                yield return now is null ? new Violation(2, $"{began.Step} ran for a row that nobody knows", began) : new Violation(2, $"{began.Step} ran before {string.Join(", ", missing)} had ended well", now, began);
        }
    }
}
