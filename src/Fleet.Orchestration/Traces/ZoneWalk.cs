using System.Globalization;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Traces;
using Fleet.Orchestration.Store;

namespace Fleet.Orchestration.Traces;

/// <summary>Runs, phases and dispatches of one zone upgrade, read from its audit in the order in which they were written. Entries behind the last one change nothing of a piece that was closed before.</summary>
internal sealed class ZoneWalk(Guid zoneUpgrade)
{
    private static readonly HashSet<string> Told =
    [
        "phase-declined", "phase-stopped", "phases-skipped", "lease-expired", "dispatch-lost", "dispatch-revoked", "report-ignored", "step-hindered", "step-goes-on", "step-end-unknown",
        "guard-set", "guard-released", "guard-release", "guard-kept", "watch-armed", "watch-stopped", "watch-lost", "zone-resumed", "zone-stands", "zone-window-closed", "zone-window-open", "zone-window-too-short",
        "zone-time-over", "zone-abort", "until-reached", "failure-counted", "failure-uncounted",
    ];

    /// <summary>All that is read; others say nothing of a trace.</summary>
    public static IReadOnlyList<string> Codes { get; } =
        [.. Told, "zone-started", "zone-ended", "zone-ending", "zone-retry", "nodes-readmit", "nodes-readmitted", "nodes-not-readmitted", "phase-dispatched", "phase-accepted", "phase-succeeded", "decision-opened", "decision-withdrawn", "decision-expired", "answer-given"];

    private Part? _run;
    private Part? _phase;
    private Part? _dispatch;

    public List<Part> Runs { get; } = [];
    public List<Part> Phases { get; } = [];
    public List<Part> Dispatches { get; } = [];

    /// <summary>Where each question was asked, by its id.</summary>
    public Dictionary<string, (string ParentId, long Number)> Asked { get; } = [];

    /// <summary>The last entry that closed a question.</summary>
    public Dictionary<string, AuditRow> Closed { get; } = [];

    public ZoneWalk Over(IEnumerable<AuditRow> audit)
    {
        foreach (var entry in audit)
            Take(entry);
        return this;
    }

    /// <summary>The phase as it was entered last before a moment.</summary>
    public Part? PhaseAt(string name, DateTimeOffset at) => Phases.LastOrDefault(p => p.Name == name && p.Start <= at) ?? Phases.FirstOrDefault(p => p.Name == name);

    private void Take(AuditRow entry)
    {
        switch (entry.Code)
        {
            case "zone-started": Run(entry, Names.ZoneUpgrade); break;
            case "zone-retry": Run(entry, Names.ZoneUpgrade); break;
            case "nodes-readmit": Run(entry, Names.ReadmitNodes); break;
            case "guard-release" when _run is null && Runs.Count > 0: Run(entry, Names.GuardRelease); break;
            case "phase-dispatched": Dispatch(entry); break;
            case "phase-succeeded":
                _dispatch?.Close(entry.At, entry.Number, Results.Success);
                ClosePhase(entry, Results.Success, null);
                break;
            case "decision-opened": Ask(entry); break;
            case "answer-given" or "decision-withdrawn" or "decision-expired": Answer(entry); break;
            case "zone-ending": ClosePhase(entry, Results.OfState(entry.Args.GetValueOrDefault("state")), null); break;
            case "zone-ended": CloseRun(entry, Results.OfState(entry.Args.GetValueOrDefault("state")), entry.Args.GetValueOrDefault("error")); break;
            case "nodes-readmitted": CloseRun(entry, Results.Success, null); break;
            case "nodes-not-readmitted": CloseRun(entry, Results.Failure, entry.Code); break;
        }

        if (Told.Contains(entry.Code))
            Tell(entry, entry.Code);
        switch (entry.Code)
        {
            case "phase-accepted": Accepted(entry); break;
            case "phase-stopped": _dispatch?.Close(entry.At, entry.Number, Results.Cancellation); break;
            case "lease-expired" or "dispatch-lost" or "dispatch-revoked" or "phase-declined":
                _dispatch?.Close(entry.At, entry.Number, entry.Code == "dispatch-revoked" ? Results.Cancellation : Results.Error, entry.Code);
                break;
        }
    }

    private Part Run(AuditRow entry, string pipeline)
    {
        if (_run is not null)
            return _run;
        var number = Runs.Count + 1;
        _run = new Part(SpanIds.Run(zoneUpgrade, number), number == 1 ? null : Runs[0].Id, pipeline, entry.At, entry.Number);
        _run.Attributes[Names.Attempt] = number;
        Runs.Add(_run);
        return _run;
    }

    private void Dispatch(AuditRow entry)
    {
        var run = Run(entry, Names.ZoneUpgrade);
        var name = entry.Args.GetValueOrDefault("phase") ?? "-";
        _dispatch?.Close(entry.At, entry.Number, Results.Error, "dispatched-again");
        if (_phase?.Name != name)
        {
            ClosePhase(entry, Results.Skip, null);
            var visit = Phases.Count(p => p.Name == name) + 1;
            _phase = new Part(SpanIds.Phase(zoneUpgrade, name, visit), run.Id, name, entry.At, entry.Number);
            _phase.Attributes[Names.TaskRunId] = $"{zoneUpgrade:N}/{name}/{visit}";
            _phase.Attributes[Names.Attempt] = visit;
            Phases.Add(_phase);
        }

        var epoch = entry.Args.TryGetValue("epoch", out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        var before = Dispatches.LastOrDefault(d => d.Within == _phase);
        _dispatch = new Part(SpanIds.Dispatch(zoneUpgrade, epoch), run.Id, name, entry.At, entry.Number) { Within = _phase };
        _dispatch.Attributes[Names.Epoch] = epoch;
        if (before is not null)
            _dispatch.Links.Add(new RecordedLink(SpanIds.Trace(zoneUpgrade), before.Id, new Dictionary<string, object> { ["fleet.link"] = "dispatched before" }));
        Dispatches.Add(_dispatch);
    }

    private void Accepted(AuditRow entry)
    {
        if (_dispatch is null || !_dispatch.IsOpen)
            return;
        var worker = entry.Actor.StartsWith("worker:", StringComparison.Ordinal) ? entry.Actor["worker:".Length..] : entry.Actor;
        var before = Dispatches.LastOrDefault(d => d != _dispatch && d.Within == _dispatch.Within && d.Error is "lease-expired" or "dispatch-lost");
        (_dispatch.Attributes[Names.WorkerId], _dispatch.Attributes[Names.WorkerName]) = (worker, worker);
        _dispatch.Events.Add(new RecordedEvent(entry.Code, entry.At, new Dictionary<string, object> { [Names.WorkerId] = worker }));
        if (before is not null)
            _phase?.Events.Add(new RecordedEvent("takeover", entry.At, new Dictionary<string, object> { [Names.WorkerId] = worker, ["fleet.worker.before"] = before.Attributes.GetValueOrDefault(Names.WorkerId) ?? "-", [Names.Epoch] = _dispatch.Attributes[Names.Epoch] }));
    }

    private void Ask(AuditRow entry)
    {
        // All but a script's prompt are asked after the dispatch has ended; its own end has no entry then.
        var kind = entry.Args.GetValueOrDefault("kind");
        if (kind != Words.Of(DecisionKind.Prompt) && _dispatch is { IsOpen: true } held)
        {
            held.Attributes["fleet.held.by"] = kind ?? "-";
            held.Close(entry.At, entry.Number, kind switch { "failed-step" => Results.Failure, "timed-out" => Results.Timeout, "unknown-outcome" => Results.Error, _ => Results.Success }, kind);
        }

        if (entry.Args.TryGetValue("decision", out var id))
            Asked[id] = ((_phase ?? Run(entry, Names.ZoneUpgrade)).Id, entry.Number);
    }

    private void Answer(AuditRow entry)
    {
        if (entry.Args.TryGetValue("decision", out var id))
            Closed[id] = entry;
        if (entry.Actor.StartsWith("policy:", StringComparison.Ordinal))
            Tell(entry, "answered by policy");
    }

    private void Tell(AuditRow entry, string name)
    {
        if ((_phase ?? _run) is not { } part)
            return;
        var attributes = new Dictionary<string, object> { ["fleet.actor"] = entry.Actor };
        // What people wrote stays in the audit.
        foreach (var (key, value) in entry.Args.Where(a => a.Key is not "comment"))
            attributes[$"fleet.{key}"] = value;
        part.Events.Add(new RecordedEvent(name, entry.At, attributes));
    }

    private void ClosePhase(AuditRow entry, string result, string? error)
    {
        _dispatch?.Close(entry.At, entry.Number, result, error);
        _phase?.Close(entry.At, entry.Number, result, error);
        (_phase, _dispatch) = (null, null);
    }

    private void CloseRun(AuditRow entry, string result, string? error)
    {
        var run = Run(entry, Names.ZoneUpgrade);
        ClosePhase(entry, result, null);
        run.Close(entry.At, entry.Number, result, error);
        _run = null;
    }
}
