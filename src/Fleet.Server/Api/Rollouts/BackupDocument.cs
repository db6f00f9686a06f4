using Fleet.Contracts.Phases;

namespace Fleet.Server.Api.Rollouts;

/// <summary>A backup that was found whole.</summary>
public sealed record BackupDocument
{
    /// <summary>How it was verified: <c>tree</c>, <c>dump</c>, <c>file</c> or <c>folder</c>.</summary>
    public required string Check { get; init; }

    /// <summary>The node that it lies on; null: the firstbox.</summary>
    public string? Node { get; init; }
    public required string Path { get; init; }
    public required long Files { get; init; }
    public required long Bytes { get; init; }
    public required DateTimeOffset VerifiedAt { get; init; }

    /// <summary>sha-256 in hex; null: there is none.</summary>
    public string? Digest { get; init; }

    /// <summary>What the digest would notice: any byte, or only paths and sizes.</summary>
    public DigestOf? DigestOf { get; init; }
    public Told? NoDigest { get; init; }

    public static BackupDocument Of(VerifiedBackup backup) => new()
    {
        Check = backup.Check,
        Node = backup.Node,
        Path = backup.Path,
        Files = backup.Files,
        Bytes = backup.Bytes,
        VerifiedAt = backup.At,
        Digest = backup.Digest,
        DigestOf = backup.DigestOf,
        NoDigest = backup.NoDigest is null ? null : Told.Of(backup.NoDigest),
    };
}
