namespace Fleet.Checking;

/// <summary>1. Each execution has at most one effect; a further attempt needs a recorded decision.</summary>
internal static class OneEffect
{
    public static IEnumerable<Violation> Check(History history, RunbookShape runbook)
    {
        var begun = new Dictionary<string, ExecutionBegan>();
        var effects = new Dictionary<(string Execution, string What), Effect>();
        var decided = new Dictionary<Guid, int>();
        var highest = new Dictionary<(Guid, string), int>();
        foreach (var e in history.Events)
        {
            switch (e)
            {
                case Audited { Code: "answer-given" or "zone-retry" or "guard-release", ZoneUpgradeId: { } id }:
                    decided[id] = decided.GetValueOrDefault(id) + 1;
                    break;
                case ExecutionBegan began:
                    if (!begun.TryAdd(began.ExecutionId, began))
                        yield return new Violation(1, $"{began.ExecutionId} ran twice", begun[began.ExecutionId], began);
                    if (runbook.PhaseOf(began.Step) is null)
                        yield return new Violation(1, $"{began.Step} is no step of the runbook", began);
                    var known = highest.GetValueOrDefault((began.ZoneUpgradeId, began.Step), 1);
                    // Each attempt above the first has its own decision; several steps may be raised by one.
                    if (began.Attempt > known && decided.GetValueOrDefault(began.ZoneUpgradeId) < began.Attempt - 1)
                        yield return new Violation(1, $"attempt {began.Attempt} of {began.Step} was made by nobody's decision", began);
                    highest[(began.ZoneUpgradeId, began.Step)] = Math.Max(known, began.Attempt);
                    break;
                case Effect effect when effect.ExecutionId.Length > 0:
                    if (!effects.TryAdd((effect.ExecutionId, effect.What), effect))
                        yield return new Violation(1, $"{effect.What} happened twice by {effect.ExecutionId}", effects[(effect.ExecutionId, effect.What)], effect);
                    break;
            }
        }
    }
}
