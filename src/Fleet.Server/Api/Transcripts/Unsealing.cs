using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Transcripts;
using Fleet.Sealing;

namespace Fleet.Server.Api.Transcripts;

/// <summary>Puts what was hidden back in its place.</summary>
internal static class Unsealing
{
    /// <returns>Why not all of it can be: nothing is given then, since what stays hidden would look like what was printed. Null: it was.</returns>
    public static Finding? Open(TranscriptKeys keys, string executionId, SealedSlice read, out ReadOnlyMemory<byte> bytes)
    {
        var whole = read.Slice.Bytes.ToArray();
        bytes = whole;
        foreach (var piece in read.Pieces)
        {
            if (SealedPiece.KeyOf(piece.Span) is not { } id)
                return Finding.Of("transcript-seal-unknown", ("execution", executionId));
            if (keys.Find(id) is not { } key)
                return Finding.Of("transcript-key-missing", ("execution", executionId), ("key", id));
            if (SealedPiece.Open(key, executionId, piece.Span) is not { } hidden)
                return Finding.Of("transcript-seal-broken", ("execution", executionId), ("key", id));
            foreach (var (offset, secret) in hidden)
                Put(whole, read.Slice.Offset, offset, secret.Span);
        }

        return null;
    }

    private static void Put(byte[] whole, long start, long offset, ReadOnlySpan<byte> secret)
    {
        var (from, to) = (Math.Max(offset, start), Math.Min(offset + secret.Length, start + whole.Length));
        if (from < to)
            secret[(int)(from - offset)..(int)(to - offset)].CopyTo(whole.AsSpan((int)(from - start)));
    }
}
