using Fleet.Contracts.Transcripts;

namespace Fleet.Orchestration.Transcripts;

/// <summary>What executions printed. As an <see cref="ITranscriptSink"/> it takes frames, idempotent by (execution, offset), in any order.</summary>
public interface ITranscripts : ITranscriptSink
{
    /// <summary>The executions of one zone upgrade, in the order in which they began.</summary>
    Task<IReadOnlyList<TranscriptView>> ListAsync(Guid zoneUpgradeId, CancellationToken cancellationToken);

    Task<TranscriptView?> FindAsync(string executionId, CancellationToken cancellationToken);

    /// <summary>Bytes from an offset on, gap-free; empty at the end of what is stored. Where bytes are missing for good, the slice begins behind the gap and says how long it was.</summary>
    Task<TranscriptSlice> ReadAsync(string executionId, long offset, int maxBytes, CancellationToken cancellationToken);

    /// <summary>As <see cref="ReadAsync"/>, with what is hidden in these bytes as the workers sealed it. That somebody was given it is in the audit first.</summary>
    Task<SealedSlice> ReadSealedAsync(string executionId, long offset, int maxBytes, string actor, CancellationToken cancellationToken);
}

public sealed record TranscriptView
{
    public required string ExecutionId { get; init; }
    public required Guid ZoneUpgradeId { get; init; }
    public required string Step { get; init; }
    public required int Attempt { get; init; }
    public required DateTimeOffset Since { get; init; }

    /// <summary>Bytes printed, as far as they are stored without a gap.</summary>
    public required long Length { get; init; }

    /// <summary>Bytes that were not kept on the zone or here.</summary>
    public required long Cut { get; init; }
}

/// <param name="Pieces">Sealed; each may reach beyond the slice.</param>
public sealed record SealedSlice(TranscriptSlice Slice, IReadOnlyList<ReadOnlyMemory<byte>> Pieces);

/// <param name="Offset">Bytes printed before this slice; larger than asked where bytes are missing.</param>
/// <param name="CutBefore">So many bytes are missing right before it.</param>
public sealed record TranscriptSlice(long Offset, long CutBefore, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Where to read on.</summary>
    public long Next => Offset + Bytes.Length;
}
