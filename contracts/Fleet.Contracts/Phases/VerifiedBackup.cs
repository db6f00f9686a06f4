using System.Text.Json.Serialization;
using Fleet.Contracts.Decisions;

namespace Fleet.Contracts.Phases;

/// <summary>A backup that was found whole, and by what it is known again.</summary>
public sealed record VerifiedBackup
{
    /// <summary>How it was verified: <c>tree</c>, <c>dump</c>, <c>file</c> or <c>folder</c>.</summary>
    public required string Check { get; init; }

    /// <summary>The node that it lies on; null: the firstbox.</summary>
    public string? Node { get; init; }
    public required string Path { get; init; }

    /// <summary>Files that were counted.</summary>
    public required long Files { get; init; }

    /// <summary>Bytes that were counted; on a node in whole KiB, folders included.</summary>
    public required long Bytes { get; init; }

    /// <summary>The worker's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Lower-case hex sha-256; null: none could be made, and <see cref="NoDigest"/> says why.</summary>
    public string? Digest { get; init; }
    public DigestOf? DigestOf { get; init; }
    public Finding? NoDigest { get; init; }
}

/// <summary>What a backup's digest would notice.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<DigestOf>))]
public enum DigestOf
{
    /// <summary>Every byte of every file, and the paths.</summary>
    Contents,

    /// <summary>Paths and sizes only: the tree is too large to be read.</summary>
    Sizes,
}
