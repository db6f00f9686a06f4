using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Debts;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Guards;
using Fleet.Orchestration.Rollouts;

namespace Fleet.Orchestration.Handovers;

/// <summary>All that somebody who comes on duty has to know, and passing on what was taken on.</summary>
public interface IHandovers
{
    Task<HandoverView> ReadAsync(CancellationToken cancellationToken);

    /// <summary>The questions that this person has taken on are another's from now on.</summary>
    /// <param name="to">As the audit would name that person.</param>
    Task<IReadOnlyList<DecisionView>> PassOnAsync(string to, string actor, CancellationToken cancellationToken);
}

/// <param name="Rollouts">Those that have not ended, with their zones.</param>
/// <param name="Decisions">Open ones.</param>
/// <param name="Guards">In force.</param>
/// <param name="Debts">Open ones.</param>
/// <param name="Deadlines">What happens by itself, the next one first.</param>
public sealed record HandoverView(
    DateTimeOffset AsOf, IReadOnlyList<RolloutView> Rollouts, IReadOnlyList<DecisionView> Decisions, IReadOnlyList<GuardView> Guards, IReadOnlyList<DebtView> Debts, IReadOnlyList<Deadline> Deadlines);

/// <param name="What">What happens then.</param>
/// <param name="Rollout">Its name; null: it is about no rollout.</param>
/// <param name="Zones">The zones that it is about; none: the rollout as a whole.</param>
public sealed record Deadline(DateTimeOffset At, Finding What, string? Rollout, IReadOnlyList<string> Zones);
