using Fleet.Contracts.Transcripts;
using Fleet.Worker.Metrics;
using Fleet.Worker.Phases.Reports;
using Fleet.Worker.Redaction;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Phases.Transcripts;

/// <summary>Carries one execution's output to the sink in pieces of at most 64 KiB or 200 ms, in order, again until it is stored. When the sink is slower than the zone, the reader waits.</summary>
internal sealed partial class TranscriptPump(ITranscriptSink sink, Func<TranscriptPiece, TranscriptFrame> frame, long storedBefore, TimeProvider time, ILogger log)
{
    private const int Most = 64 * 1024;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);

    private readonly PieceQueue _pieces = new();
    private readonly long _before = storedBefore;
    private long _stored = storedBefore;

    /// <summary>Bytes known to be stored, without a gap from the beginning.</summary>
    public long Stored => Interlocked.Read(ref _stored);

    /// <param name="hidden">What is hidden in these bytes.</param>
    public async ValueTask AddAsync(long offset, ReadOnlyMemory<byte> bytes, long cutBefore, IReadOnlyList<HiddenBytes> hidden, CancellationToken cancellationToken)
    {
        if (offset + bytes.Length <= _before)
            return;
        if (offset < _before)
        {
            bytes = bytes[(int)(_before - offset)..];
            offset = _before;
            cutBefore = 0;
        }
        for (var at = 0; at < bytes.Length; at += Most)
        {
            // A copy: the reader's buffer is used again.
            var piece = bytes.Slice(at, Math.Min(Most, bytes.Length - at)).ToArray();
            await _pieces.AddAsync(new TranscriptPiece(offset + at, piece, at == 0 ? cutBefore : 0) { Hidden = Within(hidden, offset + at, offset + at + piece.Length) }, cancellationToken);
        }
    }

    /// <summary>No more is coming; <see cref="RunAsync"/> ends when all is stored.</summary>
    public void Complete() => _pieces.Complete();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        TranscriptPiece? left = null;
        while ((left ?? await _pieces.TakeAsync(Timeout.InfiniteTimeSpan, time, cancellationToken)) is { } first)
        {
            left = null;
            var parts = new List<TranscriptPiece> { first };
            var size = first.Bytes.Length;
            var began = time.GetTimestamp();
            while (size < Most && Gather - time.GetElapsedTime(began) is { Ticks: > 0 } rest && await _pieces.TakeAsync(rest, time, cancellationToken) is { } next)
            {
                if (size + next.Bytes.Length > Most || next.CutBefore > 0 || next.Offset != first.Offset + size)
                {
                    left = next;
                    break;
                }
                parts.Add(next);
                size += next.Bytes.Length;
            }
            await StoreAsync(Join(parts, size), cancellationToken);
        }
    }

    private static TranscriptPiece Join(List<TranscriptPiece> parts, int size)
    {
        if (parts.Count == 1)
            return parts[0];
        var bytes = new byte[size];
        var at = 0;
        foreach (var part in parts)
        {
            part.Bytes.CopyTo(bytes.AsMemory(at));
            at += part.Bytes.Length;
        }
        return parts[0] with { Bytes = bytes, Hidden = [.. parts.SelectMany(p => p.Hidden)] };
    }

    private static IReadOnlyList<HiddenBytes> Within(IReadOnlyList<HiddenBytes> hidden, long start, long end) =>
        [.. hidden.Where(h => h.Offset < end && h.End > start).Select(h => h.Within(start, end))];

    private async Task StoreAsync(TranscriptPiece piece, CancellationToken cancellationToken)
    {
        var backoff = new DoublingWait(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(15));
        while (true)
        {
            try
            {
                await sink.AppendAsync(frame(piece), cancellationToken);
                Interlocked.Exchange(ref _stored, piece.Offset + piece.Bytes.Length);
                WorkerMetrics.Stored(piece.Bytes.Length);
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                LogNotStored(e, piece.Offset, piece.Bytes.Length);
                await Task.Delay(backoff.Next(), time, cancellationToken);
            }
        }
    }

    [LoggerMessage(3301, LogLevel.Warning, "{Length} bytes of output at offset {Offset} were not stored; they go again")]
    private partial void LogNotStored(Exception exception, long offset, int length);
}

internal sealed record TranscriptPiece(long Offset, ReadOnlyMemory<byte> Bytes, long CutBefore)
{
    public IReadOnlyList<HiddenBytes> Hidden { get; init; } = [];
}
