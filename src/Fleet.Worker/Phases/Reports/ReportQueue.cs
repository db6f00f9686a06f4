using Fleet.Contracts.Phases;

namespace Fleet.Worker.Phases.Reports;

/// <summary>The reports of one dispatch that are not recorded yet, numbered from 1 without a gap.</summary>
internal sealed class ReportQueue
{
    private readonly Queue<IPhaseReport> _unrecorded = new();
    private long _next = 1;

    public long Recorded { get; private set; }

    public bool IsEmpty => _unrecorded.Count == 0;

    public long Add(Func<long, IPhaseReport> make)
    {
        var report = make(_next);
        if (report.Sequence != _next)
            throw new InvalidOperationException($"A report was numbered {report.Sequence} where {_next} is next.");
        _unrecorded.Enqueue(report);
        return _next++;
    }

    /// <summary>True when this covers something that was not covered before. A number beyond what was sent covers only what was sent.</summary>
    public bool MarkRecorded(long upTo)
    {
        upTo = Math.Min(upTo, _next - 1);
        if (upTo <= Recorded)
            return false;
        Recorded = upTo;
        while (_unrecorded.TryPeek(out var first) && first.Sequence <= upTo)
            _unrecorded.Dequeue();
        return true;
    }

    /// <summary>The first that are not recorded, in order.</summary>
    public IReadOnlyList<IPhaseReport> Window(int most) => [.. _unrecorded.Take(most)];
}
