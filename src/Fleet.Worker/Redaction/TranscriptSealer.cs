using Fleet.Sealing;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Redaction;

/// <summary>Encrypts what is hidden in transcripts, before it leaves the worker.</summary>
internal sealed partial class TranscriptSealer(TranscriptKeys keys, ILogger<TranscriptSealer> log)
{
    private int _told;

    /// <returns>Empty: nothing is hidden, or there is no key, and then it is kept nowhere.</returns>
    public ReadOnlyMemory<byte> Seal(string executionId, IReadOnlyList<HiddenBytes> hidden)
    {
        if (hidden.Count == 0)
            return ReadOnlyMemory<byte>.Empty;
        if (keys.First is { } key)
            return SealedPiece.Seal(key, executionId, hidden.Select(h => (h.Offset, h.Bytes)));
        if (Interlocked.Exchange(ref _told, 1) == 0)
            LogNoKey(executionId);
        return ReadOnlyMemory<byte>.Empty;
    }

    [LoggerMessage(3311, LogLevel.Warning, "What is hidden in the output of {Execution} and of others after it is kept nowhere: Fleet:Transcripts:Key is not set")]
    private partial void LogNoKey(string execution);
}
