using Fleet.Contracts;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Workers;
using Fleet.Orchestration.Zones;

namespace Fleet.Orchestration.ZoneUpgrades;

/// <param name="Key">The same as long as the same is owed.</param>
/// <param name="Queue">Where it goes.</param>
internal sealed record OwedMessage(string Key, string Queue, object Message);

/// <summary>What else is needed to say what is owed.</summary>
internal sealed record OwedFrom(InventoryZone Zone, string Installation, TimeSpan Lease);

/// <summary>What a row owes to workers. Derived whenever it is needed; never stored, so never lost.</summary>
internal static class Owed
{
    public static IReadOnlyList<OwedMessage> Of(ZoneUpgrade row, OwedFrom from)
    {
        if (row.Work == Work.Sent)
            return [new($"{row.Id:N}/execute/{row.Epoch}", Endpoints.Pool(from.Zone.Pool), Execute(row, from))];
        if (row.Work != Work.Accepted || row.WorkerId is not { } worker)
            return [];

        var owed = new List<OwedMessage>();
        var queue = Endpoints.Worker(worker);
        if (row.Stop is { } stop)
            owed.Add(new($"{row.Id:N}/stop/{row.Epoch}/{stop.Mode}", queue, new StopPhase(row.Id, row.Epoch, stop.Mode, stop.Reason)));
        foreach (var decision in row.Decisions.Where(d => OwesAnswer(row, d)))
        {
            owed.Add(new($"{row.Id:N}/answer/{row.Epoch}/{decision.Id:N}", queue, new AnswerPrompt
            {
                ZoneUpgradeId = row.Id,
                Epoch = row.Epoch,
                DecisionId = decision.Id,
                ExecutionId = decision.Prompt!.ExecutionId,
                Offset = decision.Prompt.Offset,
                Text = decision.Answer!.Text ?? decision.Answer.Choice,
            }));
        }

        return owed;
    }

    /// <summary>Whether <see cref="Of"/> would name anything.</summary>
    public static bool Anything(ZoneUpgrade row) =>
        row.Work == Work.Sent || (row.Work == Work.Accepted && row.WorkerId is not null && (row.Stop is not null || row.Decisions.Any(d => OwesAnswer(row, d))));

    private static bool OwesAnswer(ZoneUpgrade row, Decisions.Decision decision) =>
        decision is { State: Decisions.DecisionState.Answered, Prompt: { Delivered: null } prompt, Answer: { } answer }
        && answer.Choice != Contracts.Decisions.Choices.Abort
        && ZoneUpgradeRules.MayAnswer(row, prompt);

    private static ExecutePhase Execute(ZoneUpgrade row, OwedFrom from) => new()
    {
        Contract = ContractNumber.Current,
        ZoneUpgradeId = row.Id,
        RolloutId = row.RolloutId,
        Zone = row.Zone,
        Phase = row.Phase!,
        Epoch = row.Epoch,
        Installation = from.Installation,
        OverrideFence = row.OverrideFence,
        KnownFence = row.KnownFence,
        RecordLost = row.RecordLost,
        Connection = from.Zone.Connection,
        Traits = from.Zone.Traits,
        Runbook = row.Runbook,
        Package = row.Package,
        Ledger = row.Ledger,
        Facts = row.Facts,
        Guards = row.Guards,
        Interactive = row.Interactive,
        Lease = from.Lease,
        TraceParent = row.TraceParent,
    };
}
