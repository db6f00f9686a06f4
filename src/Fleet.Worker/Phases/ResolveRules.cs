using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Worker.Phases;

/// <summary>Whether a person has decided about an execution whose outcome nobody knows, so that it no longer blocks the zone.</summary>
internal static class ResolveRules
{
    /// <summary>The verdict to record on the zone; null: nobody has decided yet.</summary>
    public static string? Verdict(string execution, Guid zoneUpgrade, string step, int attempt, IReadOnlyDictionary<string, string> parameters, IReadOnlyList<LedgerEntry> ledger)
    {
        var choice = parameters.GetValueOrDefault("choice");
        var name = ExecutionIds.Parse(execution);
        if (name?.ZoneUpgradeId != zoneUpgrade)
            return choice == Choices.Retry ? "given-up" : null;
        if (name.Step == step)
            return attempt > name.Attempt && choice is not null && choice != Choices.CheckAgain ? choice : null;
        return ledger.LastOrDefault(e => e.Step == name.Step)?.State switch
        {
            LedgerState.MarkedDone => Choices.MarkDone,
            LedgerState.Ignored => Choices.Ignore,
            LedgerState.Skipped => "skipped",
            LedgerState.Succeeded => "succeeded",
            _ => choice == Choices.Retry ? Choices.Retry : null,
        };
    }
}
