namespace Fleet.Orchestration.Audit;

/// <summary>Entries that tell what did not go as it should and what was done about it: takeovers, work sent out again, ends that nobody knows, leases lost, firstboxes away, windows that closed, zones that took too long, guards in force for long, rollouts that were stopped or were no longer what was planned.</summary>
public static class Incidents
{
    public static IReadOnlyList<string> Codes { get; } = ["guard-alarm", "watch-stopped", "watch-lost", "watch-unrenewed", "watch-kept", "watch-released", "watch-released-partly", "rollout-stopped", "rollout-plan-outdated", "wave-stopped", "rollout-time-over", "zone-time-over", "zone-window-closed", "zone-window-too-short", "lease-expired", "dispatch-lost", "phase-declined", "report-ignored", "step-hindered", "step-goes-on", "step-end-unknown"];
}
