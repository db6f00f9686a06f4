using Fleet.Contracts.Transcripts;

namespace Fleet.Orchestration.Transcripts;

/// <summary>What of a frame is new.</summary>
/// <param name="Start">Offset of the piece, cut bytes included.</param>
/// <param name="Cut">So many of its first bytes are missing.</param>
internal sealed record TranscriptPiece(long Start, long Cut, ReadOnlyMemory<byte> Bytes)
{
    public long End => Start + Cut + Bytes.Length;
}

internal static class TranscriptRules
{
    /// <summary>The part of a frame behind what is accounted for; null: nothing. A piece that starts behind <paramref name="length"/> came early and waits for what is before it.</summary>
    /// <param name="length">Bytes accounted for without a gap.</param>
    /// <param name="room">Bytes that may still be kept; what is over is counted as cut.</param>
    public static TranscriptPiece? Take(TranscriptFrame frame, long length, long room)
    {
        var end = frame.Offset + frame.Bytes.Length;
        if (end <= length)
            return null;
        var start = Math.Max(frame.Offset - frame.CutBefore, length);
        var cut = Math.Max(0, frame.Offset - start);
        var bytes = frame.Bytes[(int)Math.Max(0, start - frame.Offset)..];
        return bytes.Length <= room ? new(start, cut, bytes) : new(start, cut + bytes.Length, ReadOnlyMemory<byte>.Empty);
    }
}
