using Fleet.Contracts.Phases;
using Fleet.Contracts.Traces;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Traces;

/// <summary>What the records of one zone upgrade say as spans: those that have ended, and a short one for each that has begun. Pure: the same records say the same, and what was said once is not said otherwise later.</summary>
internal sealed class ZoneSpans
{
    private readonly ZoneUpgrade _row;
    private readonly Rollout _rollout;
    private readonly string? _kind;
    private readonly SpanUrls _urls;
    private readonly ZoneWalk _walk;
    private readonly IReadOnlyList<AuditRow> _audit;
    private readonly string _trace;

    private ZoneSpans(ZoneUpgrade row, Rollout rollout, ZoneTraits? traits, IReadOnlyList<AuditRow> audit, SpanUrls urls)
    {
        (_row, _rollout, _urls, _audit) = (row, rollout, urls, audit);
        _kind = KindOf(traits);
        _trace = SpanIds.Trace(row.Id);
        _walk = new ZoneWalk(row.Id).Over(audit);
    }

    /// <param name="audit">The zone upgrade's own, of <see cref="ZoneWalk.Codes"/>, in order.</param>
    /// <returns>Nothing for zone upgrades of before they had traces of their own.</returns>
    public static IReadOnlyList<RecordedSpan> Of(ZoneUpgrade row, Rollout rollout, ZoneTraits? traits, IReadOnlyList<AuditRow> audit, SpanUrls urls) =>
        SpanIds.IsOwn(row.Id, row.TraceParent) ? [.. new ZoneSpans(row, rollout, traits, audit, urls).All()] : [];

    private IEnumerable<RecordedSpan> All()
    {
        foreach (var run in _walk.Runs)
        {
            var attributes = With((Names.Pipeline, run.Name), (Names.RunId, $"{_row.Id:N}"), (Names.RunUrl, _urls.Zone(_rollout, _row.Zone)), (Names.RolloutName, _rollout.Name));
            run.Links.Add(ToRollout());
            foreach (var span in Spans(run, Names.Run(run.Name), attributes, isRun: true))
                yield return span;
        }

        var steps = new StepParts(_row, _walk, _audit).All().ToList();
        foreach (var phase in _walk.Phases)
        {
            var within = steps.Where(s => s.Part.ParentId == phase.Id).Select(s => s.Part).ToList();
            foreach (var span in Spans(phase, phase.Name, With((Names.Task, phase.Name), (Names.Phase, phase.Name), (Names.TaskUrl, _urls.Zone(_rollout, _row.Zone)))))
                yield return span.Id == phase.Id ? AsLongAs(within, span) : span;
        }

        foreach (var dispatch in _walk.Dispatches.Where(d => !d.IsOpen))
            yield return Ended(dispatch, $"dispatch {dispatch.Attributes[Names.Epoch]}", With((Names.Phase, dispatch.Name)), isRun: false, task: false);
        foreach (var (step, record) in steps)
        {
            var about = With(
                (Names.Task, record.Step), (Names.Phase, record.Phase), (Names.Step, record.Step), (Names.Attempt, record.Attempt),
                (Names.Execution, step.IsOpen ? null : record.ExecutionId), (Names.ExitCode, step.IsOpen ? null : record.ExitCode),
                (Names.TranscriptOffset, step.IsOpen || record.ExecutionId is null ? null : 0L), (Names.TaskUrl, step.IsOpen || record.ExecutionId is null ? null : _urls.Transcript(record.ExecutionId, 0)));
            foreach (var span in Spans(step, record.Step, about))
                yield return span;
        }

        foreach (var waiting in _row.Decisions.Select(Waiting).OfType<RecordedSpan>())
            yield return waiting;
        if (InRollout() is { } bar)
            yield return bar;
    }

    private IEnumerable<RecordedSpan> Spans(Part part, string name, Dictionary<string, object> about, bool isRun = false)
    {
        var begun = about.Where(a => a.Key is not (Names.Execution or Names.ExitCode or Names.TranscriptOffset or Names.TaskUrl or Names.Pipeline)).ToDictionary();
        begun[Names.Started] = true;
        yield return new RecordedSpan { TraceId = _trace, Id = SpanIds.Of(_row.Id, "started", part.Id), ParentId = part.Id, Name = $"started {name}", Start = part.Start, End = part.Start, KnownBy = part.OpenedBy, Attributes = begun };
        if (!part.IsOpen)
            yield return Ended(part, name, about, isRun, task: !isRun);
    }

    /// <summary>A phase takes its steps' time, as in the timeline and the report; one without a step, its dispatches'.</summary>
    private static RecordedSpan AsLongAs(IReadOnlyList<Part> steps, RecordedSpan phase) =>
        steps.Count == 0 ? phase : phase with { Start = steps.Min(s => s.Start), End = steps.Max(s => s.End ?? s.Start) };

    private RecordedSpan Ended(Part part, string name, Dictionary<string, object> about, bool isRun, bool task) =>
        part.Ended(_trace, name, about, isRun ? Names.Result : task ? Names.TaskResult : "fleet.dispatch.result", isRun);

    /// <summary>While a person was waited for; what a policy answered held nobody up.</summary>
    private RecordedSpan? Waiting(Decision decision)
    {
        var id = decision.Id.ToString("N");
        if (decision.IsOpen || decision.Prompt?.Policy is not null || decision.Answer?.By.StartsWith("policy:", StringComparison.Ordinal) == true)
            return null;
        if (!_walk.Asked.TryGetValue(id, out var asked) || !_walk.Closed.TryGetValue(id, out var closed))
            return null;
        var ofStep = decision.Prompt is not null && _row.Steps.Any(s => s.Phase == decision.Phase && s.Step == decision.Step && s.Attempt == decision.Attempt);
        var end = decision.Answer?.At ?? closed.At;
        return new RecordedSpan
        {
            TraceId = _trace,
            Id = SpanIds.Of(_row.Id, "decision", id),
            ParentId = ofStep ? SpanIds.Step(_row.Id, decision.Phase, decision.Step, decision.Attempt) : asked.ParentId,
            Name = Names.Waiting,
            Start = decision.AskedAt,
            End = end > decision.AskedAt ? end : decision.AskedAt,
            KnownBy = closed.Number,
            Attributes = With(
                (Names.Decision, id), (Names.DecisionKind, Words.Of(decision.Kind)), (Names.Phase, decision.Phase), (Names.Step, decision.Step), (Names.Attempt, decision.Attempt),
                (Names.DecisionEnd, Words.Of(decision.State)), (Names.DecisionChoice, decision.Answer is { } answer ? answer.Text ?? answer.Choice : null), (Names.DecisionBy, decision.Answer?.By)),
        };
    }

    /// <summary>The zone as a bar in its rollout's own trace, with the way to its trace.</summary>
    private RecordedSpan? InRollout()
    {
        if (!SpanIds.IsOwn(_rollout.Id, _rollout.TraceParent) || _walk.Runs is not [{ IsOpen: false } run, ..])
            return null;
        var wave = _rollout.Find(_row.Zone) is { } member ? _rollout.Waves.FirstOrDefault(w => w.Index == member.Wave) : null;
        var about = With((Names.Result, run.Result));
        if (Results.IsBad(run.Result))
            about[Names.Error] = run.Error ?? run.Result;
        return new RecordedSpan
        {
            TraceId = SpanIds.Trace(_rollout.Id),
            Id = SpanIds.Of(_rollout.Id, "zone", $"{_row.Id:N}"),
            ParentId = wave?.StartedAt <= run.End ? SpanIds.Wave(_rollout.Id, wave!.Index) : SpanIds.Root(_rollout.Id),
            Name = $"zone {_row.Zone}",
            Start = run.Start,
            End = run.End!.Value,
            KnownBy = run.ClosedBy,
            Attributes = about,
            Links = [new RecordedLink(_trace, SpanIds.Root(_row.Id), With())],
            FailedBy = Results.IsBad(run.Result) ? run.Error ?? run.Result : null,
        };
    }

    private RecordedLink ToRollout() => new(SpanIds.Trace(_rollout.Id), SpanIds.Root(_rollout.Id), new Dictionary<string, object> { [Names.RolloutId] = $"{_rollout.Id:N}" });

    private Dictionary<string, object> With(params ReadOnlySpan<(string Name, object? Value)> more)
    {
        var attributes = new Dictionary<string, object> { [Names.Zone] = _row.Zone, [Names.RolloutId] = $"{_rollout.Id:N}" };
        if (_kind is not null)
            attributes[Names.ZoneKind] = _kind;
        if (_rollout.Find(_row.Zone) is { } member)
            attributes[Names.Wave] = _rollout.Waves.FirstOrDefault(w => w.Index == member.Wave)?.Name ?? $"{member.Wave}";
        foreach (var (name, value) in more)
        {
            if (value is not (null or ""))
                attributes[name] = value;
        }

        return attributes;
    }

    private static string? KindOf(ZoneTraits? traits) =>
        traits is { ZoneIds.Count: > 0 } ? string.Join('+', traits.ZoneIds.Select(z => Words.Of(z.Kind)).Distinct().Order(StringComparer.Ordinal)) : null;
}
