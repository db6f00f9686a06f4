using System.Text.Json.Serialization;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.Rollouts;

/// <summary>The upgrade of many zones: which may run, which were started, and why it stands where it stands. Only <see cref="RolloutRules"/> makes the next one.</summary>
internal sealed record Rollout
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public RolloutState State { get; init; } = RolloutState.Running;
    public Finding? Reason { get; init; }
    public required PackageRef Package { get; init; }
    public required RunbookRef Runbook { get; init; }
    public required IReadOnlyList<string> Phases { get; init; }
    public required Strategy Strategy { get; init; }
    public bool Interactive { get; init; } = true;
    public string? Until { get; init; }

    /// <summary>In the order of their start.</summary>
    public required IReadOnlyList<RolloutZone> Zones { get; init; }

    /// <summary>More zones failed than the budget allows: nothing starts until a person resumes.</summary>
    public bool Stopped { get; init; }
    public bool AbortNow { get; init; }
    public required string StartedBy { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? TraceParent { get; init; }

    [JsonIgnore]
    public bool IsEnded => State is RolloutState.Succeeded or RolloutState.Failed or RolloutState.Aborted;

    [JsonIgnore]
    public IEnumerable<RolloutZone> Included => Zones.Where(z => !z.Excluded);

    [JsonIgnore]
    public int Budget => Strategy.MaxFailures.Of(Included.Count());

    public RolloutZone? Find(string zone) => Zones.FirstOrDefault(z => z.Zone == zone);
}

internal sealed record RolloutZone
{
    public required string Zone { get; init; }
    public required Guid ZoneUpgradeId { get; init; }
    public required int Wave { get; init; }
    public string? Region { get; init; }

    /// <summary>How often it was started; the zone's row follows.</summary>
    public int Starts { get; init; }
    public bool Excluded { get; init; }

    /// <summary>A person wants it to go on: it starts when there is room, also where the budget is spent.</summary>
    public bool Retried { get; init; }
}

internal sealed record Strategy
{
    /// <summary>1 … 1000.</summary>
    public required int MaxParallel { get; init; }

    /// <summary>Zones of one region label side by side; null: as many as may run.</summary>
    public int? MaxPerRegion { get; init; }
    public required FailureLimit MaxFailures { get; init; }
}

/// <summary>So many failed zones are allowed: a number, or a share of all zones.</summary>
internal sealed record FailureLimit(int? Count, int? Percent)
{
    public static FailureLimit None { get; } = new(0, null);

    /// <summary>floor(n·p)</summary>
    public int Of(int zones) => Count ?? (int)((long)zones * Percent!.Value / 100);

    /// <summary>As <see cref="Parse"/> reads it: <c>3</c>, <c>10%</c>.</summary>
    public override string ToString() => Count is { } count ? $"{count}" : $"{Percent}%";

    public static FailureLimit? Parse(string text)
    {
        var share = text.EndsWith('%');
        if (!int.TryParse(share ? text[..^1] : text, System.Globalization.NumberStyles.None, null, out var number))
            return null;
        return share ? (number <= 100 ? new(null, number) : null) : new(number, null);
    }
}
