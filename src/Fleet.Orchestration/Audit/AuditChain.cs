using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Fleet.Orchestration.Store;

namespace Fleet.Orchestration.Audit;

/// <summary>
/// A hash chain over audit entries, one for each rollout and one for what belongs to none: each link is SHA-256 over the link before, its place and all that the entry says. Pure.
/// Links are made in the order in which entries were seen after their commit, which is that of their numbers but for transactions that were late.
/// </summary>
internal static class AuditChain
{
    /// <summary>Another form of an entry's bytes is another number here, so that older links can still be computed.</summary>
    public const int Format = 2;

    /// <summary>Without where from and outcome.</summary>
    public const int FirstFormat = 1;

    /// <summary>What belongs to no rollout.</summary>
    public static readonly Guid Rest = Guid.Empty;

    /// <summary>What the first link follows.</summary>
    public static byte[] Beginning { get; } = new byte[SHA256.HashSizeInBytes];

    public static Guid Of(AuditRow entry) => entry.RolloutId ?? Rest;

    /// <param name="position">1 and up.</param>
    /// <param name="format">The one that the link says; it goes into the hash, so that nobody changes it unseen.</param>
    public static byte[] Link(ReadOnlySpan<byte> before, Guid chain, long position, AuditRow entry, int format = Format)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([(byte)format]);
        hash.AppendData(before);
        Append(hash, chain);
        Append(hash, position);
        Append(hash, entry.Number);
        Append(hash, entry.At.UtcTicks);
        Append(hash, entry.Actor);
        Append(hash, entry.Code);
        Append(hash, entry.Zone);
        Append(hash, entry.ZoneUpgradeId?.ToString("N"));
        Append(hash, entry.RolloutId?.ToString("N"));
        Append(hash, (long)entry.Args.Count);
        foreach (var (name, value) in entry.Args.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            Append(hash, name);
            Append(hash, value);
        }

        if (format != FirstFormat)
        {
            Append(hash, entry.Source);
            Append(hash, entry.Outcome);
        }

        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        hash.AppendData(bytes);
    }

    /// <summary>With its length before it, so that no two texts beside each other can be cut otherwise.</summary>
    private static void Append(IncrementalHash hash, string? text)
    {
        Append(hash, text is null ? -1L : Encoding.UTF8.GetByteCount(text));
        if (text is not null)
            hash.AppendData(Encoding.UTF8.GetBytes(text));
    }
}
