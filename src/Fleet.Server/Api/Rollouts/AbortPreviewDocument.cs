using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Server.Api.Rollouts;

/// <summary>What an abort would do, as of now; what happens between this look and the abort is not in it.</summary>
/// <param name="Now">Kill in mid-work.</param>
public sealed record AbortPreviewDocument(Guid Rollout, string Name, bool Now, DateTimeOffset AsOf, IReadOnlyList<ZoneAbortDocument> Zones)
{
    public static AbortPreviewDocument Of(AbortPreview preview) => new(preview.RolloutId, preview.RolloutName, preview.Now, preview.AsOf, [.. preview.Zones.Select(ZoneAbortDocument.Of)]);
}

public sealed record ZoneAbortDocument
{
    public required string Name { get; init; }
    public required ZoneState State { get; init; }
    public string? Phase { get; init; }
    public string? Step { get; init; }
    public required AbortEffect Effect { get; init; }

    /// <summary>Where the zone ends.</summary>
    public required ZoneState Becomes { get; init; }

    /// <summary>Packages were upgraded, or are being upgraded: the platform is between two versions.</summary>
    public required bool BetweenVersions { get; init; }

    /// <summary>The guards in force there, and what becomes of each.</summary>
    public required IReadOnlyList<GuardAbortPreview> Guards { get; init; }

    /// <summary>So many open questions are no longer asked.</summary>
    public required int Withdrawn { get; init; }

    public static ZoneAbortDocument Of(ZoneAbortPreview zone) => new()
    {
        Name = zone.Zone,
        State = zone.State,
        Phase = zone.Phase,
        Step = zone.Step,
        Effect = zone.Effect,
        Becomes = zone.Becomes,
        BetweenVersions = zone.BetweenVersions,
        Guards = zone.Guards,
        Withdrawn = zone.Withdrawn,
    };
}
