namespace Fleet.Checking;

/// <summary>7. What nobody knows never becomes success or another try by itself.</summary>
internal static class UnknownStays
{
    public static IEnumerable<Violation> Check(History history, RunbookShape runbook)
    {
        var rows = new Dictionary<Guid, ZoneRow>();
        var begun = new HashSet<string>();
        var ends = new Dictionary<string, ExecutionEnded>();
        var decided = new HashSet<Guid>();
        foreach (var e in history.Events)
        {
            switch (e)
            {
                case Audited { Code: "answer-given" or "zone-retry" or "zone-abort" or "rollout-abort" or "rollout-abort-now" or "guard-release", ZoneUpgradeId: { } id }:
                    decided.Add(id);
                    break;
                case ExecutionBegan began:
                    begun.Add(began.ExecutionId);
                    break;
                case ExecutionEnded ended:
                    ends[ended.ExecutionId] = ended;
                    break;
                case ZoneRow row:
                    if (rows.TryGetValue(row.ZoneUpgradeId, out var before))
                    {
                        foreach (var (step, was) in before.Steps.Where(s => s.Value.State is "unknown" or "timed-out"))
                        {
                            if (row.Steps.GetValueOrDefault(step) is { } now && (now.State == "succeeded" || now.Attempt > was.Attempt) && !decided.Contains(row.ZoneUpgradeId))
                                yield return new Violation(7, $"{step} was {was.State} and became {now.State} by nobody's decision", before, row);
                        }
                    }

                    foreach (var (step, now) in row.Steps.Where(s => s.Value.State == "succeeded"))
                    {
                        if (before?.Steps.GetValueOrDefault(step)?.State == "succeeded")
                            continue;
                        if (now.ExecutionId is { } execution && runbook.IsJournaled(step.Split('/')[^1]) && !begun.Contains(execution))
                            yield return new Violation(7, $"{step} is recorded as succeeded, and its execution never began", row);
                        var id = $"{row.ZoneUpgradeId:N}.{step.Split('/')[^1]}.{now.Attempt}.main";
                        if (ends.TryGetValue(id, out var end) && end.How is not "exit 0")
                            yield return new Violation(7, $"{step} is recorded as succeeded, and its execution ended: {end.How}", end, row);
                    }

                    rows[row.ZoneUpgradeId] = row;
                    decided.Remove(row.ZoneUpgradeId);
                    break;
            }
        }
    }
}
