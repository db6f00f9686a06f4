using System.Text.Json.Serialization;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Probes;
using Fleet.Orchestration.Debts;
using Fleet.Orchestration.Zones;
using Fleet.Server.Api.Records;

namespace Fleet.Server.Api.Zones;

/// <summary>A zone as the inventory and the last upgrade know it.</summary>
public sealed record ZoneDocument
{
    public required string Name { get; init; }
    public required string Pool { get; init; }

    /// <summary>Null where <see cref="ZoneIds"/> are given.</summary>
    public ZoneKind? Kind { get; init; }
    public required bool SpecialSubZone { get; init; }
    public required IReadOnlyList<ZoneIdTraits> ZoneIds { get; init; }
    public string? Global { get; init; }
    public required bool LegacyQemu { get; init; }

    /// <summary>After so long without Fleet its firstbox may release a guard by itself; null: never.</summary>
    public TimeSpan? DeadMan { get; init; }
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
    public required IReadOnlyDictionary<string, string> Components { get; init; }

    /// <summary>Secrets are references here too.</summary>
    public required SshHop Firstbox { get; init; }
    public required IReadOnlyList<SshHop> Via { get; init; }
    public string? Become { get; init; }
    public required IReadOnlyList<string> LegacyAlgorithms { get; init; }

    /// <summary>Every hop has a pin; without one nothing connects.</summary>
    public required bool Pinned { get; init; }
    public string? TakenBy { get; init; }
    public DateTimeOffset? TakenAt { get; init; }

    /// <summary>The rollout that holds the zone now.</summary>
    public Guid? Rollout { get; init; }
    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    /// <summary>What stays to be done there, of all rollouts; only where one zone is looked at.</summary>
    public IReadOnlyList<DebtView> Debts { get; init; } = [];

    /// <summary>Guards in force there; only where one zone is looked at.</summary>
    public IReadOnlyList<GuardDocument> Guards { get; init; } = [];

    /// <summary>Only as it is taken: what was found there then, to compare with at its return.</summary>
    public ProbeDocument? Reading { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }

    public static ZoneDocument Of(ZoneView view)
    {
        var zone = view.Zone;
        var single = zone.Traits.ZoneIds is [{ Id: null }] ? zone.Traits.ZoneIds[0] : null;
        return new ZoneDocument
        {
            Name = zone.Name,
            Pool = zone.Pool,
            Kind = single?.Kind,
            SpecialSubZone = zone.Traits.ZoneIds.Any(z => z.SpecialSubZone),
            ZoneIds = single is null ? zone.Traits.ZoneIds : [],
            Global = zone.Global,
            LegacyQemu = zone.Traits.LegacyQemu,
            DeadMan = zone.Traits.DeadMan,
            Labels = zone.Traits.Labels,
            Components = zone.Traits.Components,
            Firstbox = zone.Connection.Firstbox,
            Via = zone.Connection.Via,
            Become = zone.Connection.Become,
            LegacyAlgorithms = zone.Connection.LegacyAlgorithms,
            Pinned = zone.Connection.Via.Append(zone.Connection.Firstbox).All(h => h.HostKey is not null || h.KnownHosts is not null || h.HostCa is not null),
            TakenBy = view.TakenBy,
            TakenAt = view.TakenAt,
            Rollout = view.RolloutId,
            Facts = view.Facts,
            ChangedAt = view.ChangedAt,
        };
    }
}

public sealed record ImportDocument(
    IReadOnlyList<string> Added, IReadOnlyList<string> Changed, IReadOnlyList<string> Removed, IReadOnlyList<string> Unchanged, IReadOnlyList<Told> Remarks);

/// <summary>What a look at a firstbox found.</summary>
public sealed record ProbeDocument
{
    public required string Zone { get; init; }
    public required bool Ok { get; init; }

    /// <summary>In order; the first that is not well ends the list.</summary>
    public required IReadOnlyList<ProbeStageDocument> Stages { get; init; }
    public required IReadOnlyList<OfferedHostKey> HostKeys { get; init; }
    public required IReadOnlyDictionary<string, string> Facts { get; init; }
    public string? WorkerId { get; init; }

    public static ProbeDocument Of(FirstboxProbed probed) => new()
    {
        Zone = probed.Zone,
        Ok = probed.Stages.All(s => s.Problem is null),
        Stages = [.. probed.Stages.Select(s => new ProbeStageDocument(s.Name, s.Problem is null, s.Problem is null ? null : Told.Of(s.Problem)))],
        HostKeys = probed.HostKeys,
        Facts = probed.Facts,
        WorkerId = probed.WorkerId,
    };
}

public sealed record ProbeStageDocument(string Name, bool Ok, Told? Problem);

/// <param name="Depth"><c>host-keys</c> or <c>login</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ProbeRequest(string Zones, ProbeDepth Depth);

/// <param name="Host">host:port of the hop; null: the firstbox.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PinRequest(string Fingerprint, string? Host = null);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CommentRequest(string? Comment = null);

/// <summary>A zone that came back from a person: what was read there before it was given back, and what differs since it was taken.</summary>
public sealed record ReturnDocument(ZoneDocument Zone, ProbeDocument? Probe, IReadOnlyList<FactChange> Changes)
{
    /// <summary>It could be read both times, so that <see cref="Changes"/> says all that differs.</summary>
    public required bool Compared { get; init; }

    /// <summary>The rollout that goes on with it; null: none.</summary>
    public Guid? Rollout { get; init; }

    /// <summary>The phase that the rollout's record has next.</summary>
    public string? Recorded { get; init; }

    /// <summary>The phase to go on with, after what was read; null: no rollout waits for it, or nothing can be proposed.</summary>
    public string? Proposed { get; init; }
}

public sealed record FactChange(string Fact, string? Before, string? After);
