using Fleet.Contracts.Transcripts;
using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Transcripts;

/// <summary>What workers have sealed stands beside what may be shown, as chunks of a name of its own, so that no reader of one can come upon the other. There is no key here.</summary>
internal static class SealedChunks
{
    /// <summary>No execution's id has such an end.</summary>
    public static string NameOf(string executionId) => $"{executionId}~sealed";

    /// <param name="piece">What of the frame is new.</param>
    public static async Task KeepAsync(FleetDbContext db, TranscriptFrame frame, TranscriptPiece piece, CancellationToken cancellationToken)
    {
        var name = NameOf(frame.ExecutionId);
        if (await db.Chunks.FindAsync([name, piece.Start], cancellationToken) is not { } known)
            db.Chunks.Add(new ChunkRow { ExecutionId = name, Start = piece.Start, End = piece.End, Bytes = frame.Sealed.ToArray() });
        else if (piece.End > known.End)
            (known.End, known.Bytes) = (piece.End, frame.Sealed.ToArray());
    }

    public static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(FleetDbContext db, string executionId, long start, long end, CancellationToken cancellationToken)
    {
        var name = NameOf(executionId);
        var rows = await db.Chunks.AsNoTracking().Where(c => c.ExecutionId == name && c.Start < end && c.End > start).OrderBy(c => c.Start).Select(c => c.Bytes).ToListAsync(cancellationToken);
        return [.. rows.Select(b => (ReadOnlyMemory<byte>)b)];
    }
}
