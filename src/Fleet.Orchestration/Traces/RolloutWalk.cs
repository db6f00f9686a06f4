using Fleet.Contracts.Traces;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;

namespace Fleet.Orchestration.Traces;

/// <summary>Runs, waves and questions of one rollout, read from its audit in the order in which it was written.</summary>
internal sealed class RolloutWalk(Rollout row)
{
    /// <summary>All that is read.</summary>
    public static IReadOnlyList<string> Codes { get; } =
    [
        "rollout-started", "rollout-begun", "rollout-ended", "rollout-resumed", "rollout-zone-retry", "rollout-paused", "rollout-stopped", "rollout-abort", "rollout-abort-now", "rollout-limits", "rollout-time-over",
        "rollout-until-reached", "rollout-zone-excluded", "rollout-approved", "approval-rejected", "zone-start-committed", "zone-started", "zone-ended",
        "wave-asked", "wave-answered", "wave-verdict", "wave-passed", "decision-expired", "decision-withdrawn",
    ];

    private readonly List<AuditRow> _zoneEnds = [];
    private readonly List<AuditRow> _waveEnds = [];
    private readonly Dictionary<string, Part> _questions = [];
    private AuditRow? _made;
    private Part? _run;

    public List<Part> Runs { get; } = [];
    public List<(RolloutWave Wave, Part Part)> Waves { get; } = [];
    public IEnumerable<Part> Questions => _questions.Values;

    public RolloutWalk Over(IReadOnlyList<AuditRow> audit)
    {
        var seen = new HashSet<Guid>();
        foreach (var entry in audit)
        {
            if (entry.Code is "zone-started" or "zone-ended" && entry.ZoneUpgradeId is { } zone && seen.Add(zone) && Run(entry) is var run)
                run.Links.Add(new RecordedLink(SpanIds.Trace(zone), SpanIds.Root(zone), new Dictionary<string, object> { [Names.Zone] = entry.Zone ?? "-" }));
            Take(entry);
        }

        foreach (var wave in row.Waves.Where(w => w.StartedAt is not null))
            Add(wave, audit);
        return this;
    }

    private void Take(AuditRow entry)
    {
        switch (entry.Code)
        {
            case "rollout-started":
                _made = entry;
                if (row.Approval is { } approval)
                    Ask(approval.Id.ToString("N"), Words.Of(approval.Kind), approval.AskedAt, entry.Number, null);
                break;
            case "rollout-begun": Open(entry.At, entry.Number); break;
            case "rollout-resumed" or "rollout-zone-retry" or "zone-start-committed": Run(entry); break;
            case "zone-ended": _zoneEnds.Add(entry); break;
            case "wave-asked": Ask(entry.Args.GetValueOrDefault("decision"), "wave-verdict", entry.At, entry.Number, entry.Args.GetValueOrDefault("wave")); break;
            case "wave-answered" or "decision-expired" or "decision-withdrawn": Answer(entry.Args.GetValueOrDefault("decision"), entry, entry.Args.GetValueOrDefault("choice")); break;
            case "rollout-approved": Answer(row.Approval?.Id.ToString("N"), entry, "approve"); break;
            case "approval-rejected": Answer(row.Approval?.Id.ToString("N"), entry, "reject"); break;
        }

        if (entry.Code is "wave-verdict" or "wave-passed" or "wave-answered")
            _waveEnds.Add(entry);
        if (entry.Code is "rollout-paused" or "rollout-resumed" or "rollout-stopped" or "rollout-abort" or "rollout-abort-now" or "rollout-limits" or "rollout-time-over" or "rollout-until-reached" or "rollout-zone-retry" or "rollout-zone-excluded" or "wave-verdict" or "wave-passed")
            _run?.Events.Add(new RecordedEvent(entry.Code, entry.At, entry.Args.Where(a => a.Key is not "comment").ToDictionary(a => $"fleet.{a.Key}", a => (object)a.Value).With("fleet.actor", entry.Actor)));
        if (entry.Code == "rollout-ended")
        {
            Run(entry).Close(entry.At, entry.Number, Results.OfState(entry.Args.GetValueOrDefault("state")));
            _run = null;
        }
    }

    /// <summary>One that begins at once has no entry of its beginning but that of its making.</summary>
    private Part Run(AuditRow entry) => _run ?? Open(Runs.Count == 0 ? _made?.At ?? entry.At : entry.At, entry.Number);

    private Part Open(DateTimeOffset at, long number)
    {
        if (_run is not null)
            return _run;
        _run = new Part(SpanIds.Run(row.Id, Runs.Count + 1), Runs.Count == 0 ? null : Runs[0].Id, Names.Rollout, at, number);
        _run.Attributes[Names.Attempt] = Runs.Count + 1;
        Runs.Add(_run);
        return _run;
    }

    private void Ask(string? id, string kind, DateTimeOffset at, long number, string? wave)
    {
        if (id is null)
            return;
        var part = new Part(SpanIds.Of(row.Id, "decision", id), SpanIds.Root(row.Id), Names.Waiting, at, number);
        (part.Attributes[Names.Decision], part.Attributes[Names.DecisionKind]) = (id, kind);
        if (wave is not null)
            part.Attributes[Names.Wave] = wave;
        _questions[id] = part;
    }

    private void Answer(string? id, AuditRow entry, string? choice)
    {
        if (id is null || !_questions.TryGetValue(id, out var part) || !part.IsOpen)
            return;
        part.Attributes[Names.DecisionEnd] = entry.Code is "decision-expired" ? "expired" : entry.Code is "decision-withdrawn" ? "withdrawn" : "answered";
        if (choice is not null)
            (part.Attributes[Names.DecisionChoice], part.Attributes[Names.DecisionBy]) = (choice, entry.Args.GetValueOrDefault("by") ?? entry.Actor);
        part.Close(entry.At, entry.Number, Results.Success);
    }

    /// <summary>A wave is told when its rollout's run has ended: until then any of its zones may go on.</summary>
    private void Add(RolloutWave wave, IReadOnlyList<AuditRow> audit)
    {
        var start = wave.StartedAt!.Value;
        var part = new Part(SpanIds.Wave(row.Id, wave.Index), SpanIds.Root(row.Id), $"wave {wave.Name}", start, audit.FirstOrDefault(a => a.At >= start)?.Number ?? long.MaxValue);
        if (Runs.FirstOrDefault(r => !r.IsOpen && r.End >= start) is { } run)
        {
            var members = row.Zones.Where(z => z.Wave == wave.Index).Select(z => z.ZoneUpgradeId).ToHashSet();
            var ended = _zoneEnds.Where(z => z.Number <= run.ClosedBy && z.ZoneUpgradeId is { } id && members.Contains(id)).ToList();
            var judged = _waveEnds.Where(w => w.Number <= run.ClosedBy && w.Args.GetValueOrDefault("wave") == wave.Name).ToList();
            var end = ended.Concat(judged).Select(e => (DateTimeOffset?)e.At).Max() ?? run.End!.Value;
            var well = judged.LastOrDefault(j => j.Args.ContainsKey("verdict"))?.Args["verdict"] is { } verdict
                ? verdict == Words.Of(WaveVerdict.Succeeded)
                : ended.GroupBy(e => e.ZoneUpgradeId).All(z => z.Last().Args.GetValueOrDefault("state") is "succeeded" or "skipped");
            part.Close(end, run.ClosedBy, well ? Results.Success : Results.Failure);
        }

        Waves.Add((wave, part));
    }
}
