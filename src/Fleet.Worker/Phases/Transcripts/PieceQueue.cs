namespace Fleet.Worker.Phases.Transcripts;

/// <summary>
/// Pieces between one reader of an execution and its pump, so few that memory stays flat. A wait that passes is no exception, and goes on in its own context: there is one for every 200 ms
/// of output, and of a channel each would be cancelled by way of the thread pool.
/// </summary>
internal sealed class PieceQueue
{
    /// <summary>Pieces of at most 64 KiB: half a MiB for each execution.</summary>
    private const int Bound = 8;

    private readonly Queue<TranscriptPiece> _pieces = new(Bound);
    private readonly Signal _changed = new();
    private bool _complete;

    /// <summary>Returns when there was room for it.</summary>
    public async ValueTask AddAsync(TranscriptPiece piece, CancellationToken cancellationToken)
    {
        while (true)
        {
            var seen = _changed.Version;
            lock (_pieces)
            {
                if (_pieces.Count < Bound)
                {
                    _pieces.Enqueue(piece);
                    break;
                }
            }

            await _changed.WaitAsync(seen, cancellationToken);
        }

        _changed.Set();
    }

    /// <returns>Null: none came within <paramref name="most"/>, or no more will.</returns>
    public async ValueTask<TranscriptPiece?> TakeAsync(TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            var seen = _changed.Version;
            lock (_pieces)
            {
                if (_pieces.TryDequeue(out var piece))
                {
                    _changed.Set();
                    return piece;
                }

                if (_complete)
                    return null;
            }

            if (!await _changed.WaitAsync(seen, most, time, cancellationToken))
                return null;
        }
    }

    /// <summary>No more is coming.</summary>
    public void Complete()
    {
        lock (_pieces)
            _complete = true;
        _changed.Set();
    }
}
