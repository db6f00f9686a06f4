namespace Fleet.Contracts.Transcripts;

/// <summary>A piece of what an execution printed. Idempotent by (execution, offset). It does not travel in an envelope: raw AMQP, or a call in one process.</summary>
public sealed record TranscriptFrame
{
    public required string ExecutionId { get; init; }
    public required Guid ZoneUpgradeId { get; init; }
    public required string Step { get; init; }
    public required int Attempt { get; init; }

    /// <summary>Bytes printed before this piece.</summary>
    public required long Offset { get; init; }

    /// <summary>As they may be shown: a byte that is part of a secret is a <c>*</c>.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Set where the zone kept less than was printed: so many bytes are missing right before this piece.</summary>
    public long CutBefore { get; init; }

    /// <summary>What is hidden in <see cref="Bytes"/>, encrypted by the worker; neither the broker nor the store can read it. Empty: nothing is hidden, or nobody has a key.</summary>
    public ReadOnlyMemory<byte> Sealed { get; init; }
}

/// <summary>Where a worker puts what executions print. Returns when the piece is safe (stored, or confirmed by the broker).</summary>
public interface ITranscriptSink
{
    Task AppendAsync(TranscriptFrame frame, CancellationToken cancellationToken);
}
