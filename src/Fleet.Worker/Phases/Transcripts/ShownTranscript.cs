using Fleet.Worker.Redaction;

namespace Fleet.Worker.Phases.Transcripts;

/// <summary>What an execution prints on its way to the transcript: secrets are hidden before it leaves the worker, and offsets stay those of what was printed.</summary>
/// <param name="from">The offset that reading begins at.</param>
internal sealed class ShownTranscript(ZoneRedaction redaction, TranscriptPump pump, long from)
{
    private readonly StreamRedactor _redactor = redaction.Stream();

    /// <summary>Offset of the first byte that was not given on.</summary>
    private long _given = from;
    private long _cutBefore;

    /// <summary>The reader gives bytes, and whoever sees a question flushes.</summary>
    private readonly Turn _turn = new();

    /// <summary>The next bytes, in order.</summary>
    public async ValueTask AddAsync(long offset, ReadOnlyMemory<byte> bytes, long cutBefore, CancellationToken cancellationToken)
    {
        using var turn = await _turn.TakeAsync(cancellationToken);
        if (cutBefore > 0)
        {
            await GiveAllAsync(cancellationToken);
            (_given, _cutBefore) = (offset, cutBefore);
        }

        var redacted = new Redacted();
        _redactor.Know(redaction.Known);
        _redactor.Feed(bytes.Span, redacted);
        await GiveAsync(redacted, cancellationToken);
    }

    /// <summary>The command waits or has ended: nothing is held back.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        using var turn = await _turn.TakeAsync(cancellationToken);
        await GiveAllAsync(cancellationToken);
    }

    private async ValueTask GiveAllAsync(CancellationToken cancellationToken)
    {
        var redacted = new Redacted();
        _redactor.Flush(redacted);
        await GiveAsync(redacted, cancellationToken);
    }

    private async ValueTask GiveAsync(Redacted redacted, CancellationToken cancellationToken)
    {
        if (redacted.Shown.IsEmpty)
            return;
        var (offset, cut) = (_given, _cutBefore);
        (_given, _cutBefore) = (offset + redacted.Shown.Length, 0);
        await pump.AddAsync(offset, redacted.Shown, cut, [.. redacted.Hidden.Select(h => h with { Offset = offset + h.Offset })], cancellationToken);
    }
}
