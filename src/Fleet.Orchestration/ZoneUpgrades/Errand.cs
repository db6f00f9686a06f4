namespace Fleet.Orchestration.ZoneUpgrades;

/// <summary>A phase of the runbook's errands, carried out on a zone that was upgraded. However it ends, the zone is then as it was before.</summary>
/// <param name="EndedAt">When the zone upgrade itself ended.</param>
/// <param name="Before">The phase at which it had ended.</param>
internal sealed record Errand(string Phase, string By, DateTimeOffset EndedAt, string? Before = null)
{
    /// <summary>The phase that brings quarantined nodes back.</summary>
    public const string ReadmitNodes = "readmit-nodes";

    /// <summary>Facts of an errand begin so, and are gone with it.</summary>
    public const string Facts = "readmit.";
}
