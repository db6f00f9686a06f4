using System.Text.Json.Serialization;
using Fleet.Contracts;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Rollouts;

/// <summary>What an abort would do, as of now. What happens between this look and the abort is not in it.</summary>
/// <param name="Now">Kill in mid-work.</param>
public sealed record AbortPreview(Guid RolloutId, string RolloutName, bool Now, DateTimeOffset AsOf, IReadOnlyList<ZoneAbortPreview> Zones);

public sealed record ZoneAbortPreview
{
    public required string Zone { get; init; }
    public required ZoneState State { get; init; }
    public string? Phase { get; init; }
    public string? Step { get; init; }
    public required AbortEffect Effect { get; init; }

    /// <summary>Where the zone ends.</summary>
    public required ZoneState Becomes { get; init; }

    /// <summary>Packages were upgraded, or are being upgraded: the platform is between two versions.</summary>
    public bool BetweenVersions { get; init; }
    public IReadOnlyList<GuardAbortPreview> Guards { get; init; } = [];

    /// <summary>So many open questions are no longer asked.</summary>
    public int Withdrawn { get; init; }
}

public sealed record GuardAbortPreview(string Name, IReadOnlyList<string> Nodes, GuardEffect Effect);

[JsonConverter(typeof(KebabCaseEnumConverter<AbortEffect>))]
public enum AbortEffect
{
    /// <summary>It has ended already; nothing changes.</summary>
    HasEnded,

    /// <summary>Nothing was begun there, and nothing will be.</summary>
    NeverBegins,

    /// <summary>Nothing runs there now: it ends, once its guards are settled.</summary>
    Ends,

    /// <summary>What runs goes on to its next safe point and is cancelled there.</summary>
    StopsAtSafePoint,

    /// <summary>What runs is killed in mid-work.</summary>
    IsKilled,

    /// <summary>A script's end is not known: a worker looks after it first, and cancels it where it still runs.</summary>
    IsLookedAfter,
}

[JsonConverter(typeof(KebabCaseEnumConverter<GuardEffect>))]
public enum GuardEffect
{
    /// <summary>Its release runs by itself: no package step has begun.</summary>
    IsReleased,

    /// <summary>A person is asked whether to release or to keep it; nothing releases it until then.</summary>
    IsAsked,

    /// <summary>Somebody said that it stays.</summary>
    IsKept,
}
