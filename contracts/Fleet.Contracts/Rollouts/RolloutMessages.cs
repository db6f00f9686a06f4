namespace Fleet.Contracts.Rollouts;

/// <summary>Something about this rollout changed (a zone ended, a person steered it, time passed): it looks at its rows again and decides. Carries no state: rows do.</summary>
public sealed record RolloutDue(Guid RolloutId);
