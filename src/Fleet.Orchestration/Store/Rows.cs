using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Workers;
using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Planning;
using Fleet.Orchestration.Zones;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Store;

/// <summary>One SSH endpoint: its epoch counter, which is never reset, and who works on it.</summary>
internal sealed class FirstboxRow
{
    /// <summary>host:port</summary>
    public required string Address { get; set; }
    public long Epoch { get; set; }
    public Guid? HolderId { get; set; }
    public int Version { get; set; }
}

internal sealed class LeaseRow
{
    public required Guid ZoneUpgradeId { get; set; }
    public required long Epoch { get; set; }
    public required string WorkerId { get; set; }
    public required DateTimeOffset ExpiresAt { get; set; }
}

internal sealed class WorkerRow
{
    public required string Id { get; set; }
    public required string Pool { get; set; }
    public required string Host { get; set; }
    public required string WorkerVersion { get; set; }
    public long Beat { get; set; }
    public int MaxZones { get; set; }
    public int FreeSlots { get; set; }
    public bool Draining { get; set; }
    public required IReadOnlyList<HeldPhase> Holds { get; set; }
    public DateTimeOffset FirstSeen { get; set; }
    public DateTimeOffset LastSeen { get; set; }
}

/// <summary>What one coordinator does at a time, and who. Under <c>traces</c> there is nobody: the epoch is the audit entry up to which all spans were taken.</summary>
internal sealed class LeaderRow
{
    public required string Name { get; set; }
    public required string Holder { get; set; }
    public long Epoch { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
}

internal sealed class InstallationRow
{
    public int Id { get; set; }
    public required string Installation { get; set; }

    /// <summary>See <see cref="Orchestration.Installation.FirstEpoch"/>.</summary>
    public long FirstEpoch { get; set; }
}

internal sealed class ZoneRow
{
    public required string Name { get; set; }
    public required string Address { get; set; }
    public required InventoryZone Zone { get; set; }
    public string? TakenBy { get; set; }
    public DateTimeOffset? TakenAt { get; set; }

    /// <summary>What was read there when it was taken; null: nothing, or nobody has taken it.</summary>
    public IReadOnlyDictionary<string, string>? TakenFacts { get; set; }
    public required IReadOnlyDictionary<string, string> Facts { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
    public int Version { get; set; }
}

internal sealed class PackageRow
{
    public required string Digest { get; set; }
    public required PackageRef Package { get; set; }
    public DateTimeOffset AddedAt { get; set; }
    public required string AddedBy { get; set; }

    /// <summary>A detached signature, armored; null: none was given.</summary>
    public string? Signature { get; set; }

    /// <summary>Who signed, as the list of signers names them.</summary>
    public string? SignedBy { get; set; }
}

internal sealed class RunbookRow
{
    public required string Digest { get; set; }
    public required string Name { get; set; }
    public required string FileVersion { get; set; }
    public required byte[] Content { get; set; }
    public DateTimeOffset AddedAt { get; set; }
    public required string AddedBy { get; set; }
    public bool BuiltIn { get; set; }

    /// <summary>A detached signature, armored; null: none was given.</summary>
    public string? Signature { get; set; }

    /// <summary>Who signed, as the list of signers names them.</summary>
    public string? SignedBy { get; set; }
}

/// <summary>A decision as people list it; the zone upgrade's or the rollout's row is what counts.</summary>
internal sealed class DecisionRow
{
    public required Guid Id { get; set; }

    /// <summary>Empty: it is the rollout's own, about a wave.</summary>
    public Guid ZoneUpgradeId { get; set; }
    public required Guid RolloutId { get; set; }

    /// <summary>Empty: it is about a wave.</summary>
    public required string Zone { get; set; }

    public bool IsOfRollout => ZoneUpgradeId == Guid.Empty;
    public required DecisionState State { get; set; }
    public required string Fingerprint { get; set; }
    public DateTimeOffset AskedAt { get; set; }
    public required Decision Decision { get; set; }
}

internal sealed class GuardRow
{
    public required Guid ZoneUpgradeId { get; set; }
    public required string Name { get; set; }
    public required Guid RolloutId { get; set; }
    public required string Zone { get; set; }
    public required GuardState Guard { get; set; }
    public bool Released { get; set; }
    public string? KeptBy { get; set; }
    public ZoneState ZoneState { get; set; }
}

internal sealed class DebtRow
{
    public required Guid Id { get; set; }
    public required Guid ZoneUpgradeId { get; set; }
    public required string Zone { get; set; }
    public required Debt Debt { get; set; }
    public DateTimeOffset Since { get; set; }
    public DateTimeOffset? SettledAt { get; set; }
    public string? SettledBy { get; set; }
    public string? Comment { get; set; }
}

internal sealed class TranscriptRow
{
    public required string ExecutionId { get; set; }
    public required Guid ZoneUpgradeId { get; set; }
    public required string Step { get; set; }
    public int Attempt { get; set; }
    public DateTimeOffset Since { get; set; }

    /// <summary>Printed bytes that are accounted for without a gap: stored or known to be cut.</summary>
    public long Length { get; set; }
    public long Cut { get; set; }
    public int Version { get; set; }
}

/// <summary>Stored bytes of a transcript; with no bytes: what lies between start and end was cut.</summary>
internal sealed class ChunkRow
{
    public required string ExecutionId { get; set; }

    /// <summary>Offset of the first byte, cut bytes before it included.</summary>
    public required long Start { get; set; }
    public required long End { get; set; }

    /// <summary>So many of the bytes from <see cref="Start"/> on are missing.</summary>
    public long Cut { get; set; }
    public required byte[] Bytes { get; set; }
}

/// <summary>A look at one zone, with the columns that are asked for.</summary>
internal sealed class ZoneCheckRow
{
    public required Guid Id { get; set; }
    public required Guid CheckId { get; set; }
    public required string Zone { get; set; }
    public required DateTimeOffset AskedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>A worker has told what it found.</summary>
    public bool Answered { get; set; }
    public required ZoneCheck Check { get; set; }
    public int Version { get; set; }

    public static ZoneCheckRow For(ZoneCheck check)
    {
        var row = new ZoneCheckRow { Id = check.Id, CheckId = check.CheckId, Zone = check.Zone, AskedAt = check.AskedAt, Check = check };
        row.Show(check);
        return row;
    }

    public void Show(ZoneCheck check)
    {
        Check = check;
        EndedAt = check.EndedAt;
        Answered = check.Result is not null;
    }
}

/// <summary>A plan under its hash; made again, it is the same plan as newly seen.</summary>
internal sealed class PlanRow
{
    public required string Hash { get; set; }
    public required DateTimeOffset MadeAt { get; set; }
    public required StoredPlan Plan { get; set; }
}

/// <summary>When zones may be worked on; there is one, or none.</summary>
internal sealed class CalendarRow
{
    public int Id { get; set; }

    /// <summary>Empty: none is set any more.</summary>
    public required string Text { get; set; }
    public required string Digest { get; set; }
    public required string SetBy { get; set; }
    public DateTimeOffset SetAt { get; set; }
    public int Version { get; set; }
}

internal sealed class IdentityRow
{
    public required string Name { get; set; }
    public required IdentityRole Role { get; set; }
    public required string TokenDigest { get; set; }
}
