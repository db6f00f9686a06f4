using Fleet.Contracts.Phases;
using Fleet.Contracts.Traces;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Traces;

/// <summary>
/// Attempts of steps as pieces of a trace. One whose end was not known, or which a pause dropped, may be looked at again under its number: each look is a piece of its own, so that what was written once stays as it is.
/// </summary>
internal sealed class StepParts(ZoneUpgrade row, ZoneWalk walk, IReadOnlyList<AuditRow> audit)
{
    public IEnumerable<(Part Part, StepRecord Record)> All() => row.Steps.SelectMany(record => Pieces(record).Select(part => (part, record)));

    private IEnumerable<Part> Pieces(StepRecord record)
    {
        var next = row.Steps.Where(s => s.Phase == record.Phase && s.Step == record.Step && s.Attempt > record.Attempt).Select(s => (DateTimeOffset?)s.StartedAt).Min();
        var breaks = audit.Where(a => IsBreak(a, record) && a.At >= record.StartedAt && !(a.At >= next)).ToList();
        var start = record.StartedAt;
        var look = 1;
        foreach (var at in breaks)
        {
            var piece = Begin(record, start, look++);
            var result = at.Args.GetValueOrDefault("outcome") == "timed-out" ? Results.Timeout : at.Code == "phase-stopped" ? Results.Cancellation : Results.Error;
            piece.Close(at.At, at.Number, result, at.Args.GetValueOrDefault("why") ?? at.Args.GetValueOrDefault("mode"));
            yield return piece;
            if (walk.Dispatches.FirstOrDefault(d => d.Name == record.Phase && d.Start >= at.At && !(d.Start >= next)) is not { } again)
                yield break;
            start = again.Start;
        }

        var open = Begin(record, start, look);
        if (record is { EndedAt: { } ended, Outcome: StepOutcome.Succeeded or StepOutcome.Failed or StepOutcome.Skipped })
            open.Close(ended, FirstFrom(ended), ResultOf(record), record.Outcome == StepOutcome.Failed ? record.Findings is [var first, ..] ? first.Code : "no-reason-given" : null);
        else if (walk.PhaseAt(record.Phase, start) is { IsOpen: false } phase)
            open.Close(phase.End!.Value, phase.ClosedBy, Results.IsBad(phase.Result) ? phase.Result : Results.Cancellation, "step-end-not-told");
        yield return open;
    }

    private Part Begin(StepRecord record, DateTimeOffset start, int look)
    {
        var id = SpanIds.Step(row.Id, record.Phase, record.Step, record.Attempt);
        var parent = walk.PhaseAt(record.Phase, start)?.Id ?? SpanIds.Root(row.Id);
        var part = new Part(look == 1 ? id : SpanIds.Of(row.Id, "step", record.Phase, record.Step, $"{record.Attempt}", $"{look}"), parent, record.Step, start, FirstFrom(start));
        part.Attributes[Names.TaskRunId] = $"{row.Id:N}/{record.Phase}/{record.Step}/{record.Attempt}" + (look == 1 ? "" : $"/{look}");
        if (look > 1)
            part.Links.Add(new RecordedLink(SpanIds.Trace(row.Id), id, new Dictionary<string, object> { ["fleet.link"] = "looked at again" }));
        return part;
    }

    /// <summary>The walk knows which phase an entry that names none belongs to.</summary>
    private bool IsBreak(AuditRow entry, StepRecord record) =>
        entry.Code is "step-end-unknown" or "phase-stopped"
        && entry.Args.GetValueOrDefault("step") == record.Step
        && (entry.Args.GetValueOrDefault("phase") ?? walk.Phases.LastOrDefault(p => p.OpenedBy < entry.Number)?.Name) == record.Phase;

    /// <summary>Steps have no entries of their own: they are known by the first one that was written at that time or later.</summary>
    private long FirstFrom(DateTimeOffset at) => audit.FirstOrDefault(a => a.At >= at)?.Number ?? long.MaxValue;

    private static string ResultOf(StepRecord record) => record.Outcome switch
    {
        StepOutcome.Succeeded => Results.Success,
        StepOutcome.Skipped => Results.Skip,
        _ => Results.Failure,
    };
}
