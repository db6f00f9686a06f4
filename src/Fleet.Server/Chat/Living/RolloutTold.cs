using Fleet.Orchestration.Decisions;
using Fleet.Server.Api.Decisions;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Server.Chat.Living;

/// <summary>A rollout and what it asks, as a place was told of them last.</summary>
/// <param name="Decisions">Open ones, and those that were when this was told before.</param>
/// <param name="ProgressAt">When anything was said of how far it is.</param>
internal sealed record RolloutTold(RolloutDocument Rollout, IReadOnlyList<DecisionDocument> Decisions, DateTimeOffset ProgressAt)
{
    /// <summary>Questions whose people were called already.</summary>
    public IReadOnlySet<string> Reminded { get; init; } = new HashSet<string>();

    public IEnumerable<DecisionDocument> Open => Decisions.Where(d => d.State == DecisionState.Open);

    /// <summary>By what questions are one: whoever has taken one on changes nothing of it.</summary>
    public static string Key(DecisionDocument decision) => decision.Zone is null ? $"{decision.Id}" : $"{decision.Kind}/{decision.Fingerprint}";
}
