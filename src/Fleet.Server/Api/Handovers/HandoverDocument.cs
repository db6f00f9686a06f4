using System.Text.Json.Serialization;
using Fleet.Orchestration.Debts;
using Fleet.Orchestration.Handovers;
using Fleet.Server.Api.Decisions;
using Fleet.Server.Api.Records;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Server.Api.Handovers;

/// <summary>All that somebody who comes on duty has to know.</summary>
/// <param name="Rollouts">Those that have not ended, with their zones.</param>
/// <param name="Decisions">Open ones.</param>
/// <param name="Guards">In force.</param>
/// <param name="Debts">Open ones.</param>
/// <param name="Deadlines">What happens by itself, the next one first.</param>
public sealed record HandoverDocument(
    DateTimeOffset AsOf,
    IReadOnlyList<RolloutDocument> Rollouts,
    IReadOnlyList<DecisionDocument> Decisions,
    IReadOnlyList<GuardDocument> Guards,
    IReadOnlyList<DebtView> Debts,
    IReadOnlyList<DeadlineDocument> Deadlines)
{
    /// <summary>Questions that were passed on by this; none where it was only looked.</summary>
    public IReadOnlyList<DecisionDocument> PassedOn { get; init; } = [];

    public static HandoverDocument Of(HandoverView view) => new(
        view.AsOf,
        [.. view.Rollouts.Select(RolloutDocument.Of)],
        [.. view.Decisions.Select(DecisionDocument.Of)],
        [.. view.Guards.Select(GuardDocument.Of)],
        view.Debts,
        [.. view.Deadlines.Select(d => new DeadlineDocument(d.At, Told.Of(d.What), d.Rollout, d.Zones))]);
}

/// <param name="Rollout">Its name; null: it is about no rollout.</param>
/// <param name="Zones">The zones that it is about; none: the rollout as a whole.</param>
public sealed record DeadlineDocument(DateTimeOffset At, Told What, string? Rollout, IReadOnlyList<string> Zones);

/// <param name="To">The person who has them from now on.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record HandoverRequest(string To);
