using Fleet.Contracts.Phases;
using Fleet.Contracts.Traces;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Tests.Rollouts;
using Fleet.Orchestration.Tests.ZoneUpgrades;
using Fleet.Orchestration.Traces;

namespace Fleet.Orchestration.Tests.Traces;

/// <summary>A zone that is driven through its rules, a second for each change; after each its spans are made anew, and none may say anything but what it said before.</summary>
internal sealed class TracedZone
{
    private readonly Dictionary<string, string> _said = [];
    private readonly List<AuditRow> _audit = [];

    public TracedZone()
    {
        Script = new ZoneScript();
        var rollout = new RolloutScript([Samples.Zone(Script.Row.Zone)]).Row;
        var id = Script.Row.RolloutId;
        Rollout = rollout with
        {
            Id = id,
            TraceParent = SpanIds.TraceParent(id),
            Zones = [rollout.Zones[0] with { ZoneUpgradeId = Script.Row.Id }],
            Waves = [.. rollout.Waves.Select(w => w with { StartedAt = Script.Context.Now })],
        };
        Script.Row = Script.Row with { TraceParent = SpanIds.TraceParent(Script.Row.Id) };
        Began = Script.Context.Now;
        Script.Changed = Take;
    }

    public ZoneScript Script { get; }

    public Rollout Rollout { get; }

    public DateTimeOffset Began { get; }

    public IReadOnlyList<RecordedSpan> Spans { get; private set; } = [];

    public string Trace => SpanIds.Trace(Script.Row.Id);

    /// <summary>Without those that only tell of a beginning.</summary>
    public IEnumerable<RecordedSpan> Ended => Spans.Where(s => !s.Attributes.ContainsKey(Names.Started));

    public RecordedSpan One(string name) => Ended.Single(s => s.Name == name);

    /// <summary>Well through all phases before this one.</summary>
    public ZoneScript At(string phase)
    {
        Script.LookAgain();
        while (Script.Row.Phase != phase)
            Script.CarryOut();
        return Script;
    }

    public ZoneScript ToItsEnd()
    {
        while (!Script.Row.IsEnded)
            Script.CarryOut();
        return Script;
    }

    public void Later(TimeSpan time) => Script.Context = Script.Context with { Now = Script.Context.Now + time };

    /// <summary>A line for each span that has ended: when in seconds, how long, how, and below what.</summary>
    public IEnumerable<string> Lines() => Ended.Select(s =>
        $"{(s.Start - Began).TotalSeconds:0}+{(s.End - s.Start).TotalSeconds:0} {s.Name} {Result(s)} < {Ended.FirstOrDefault(p => p.Id == s.ParentId)?.Name ?? (s.ParentId is null ? "-" : "?")}");

    public static string Content(RecordedSpan span) =>
        $"{span.TraceId} {span.Id} {span.ParentId} {span.Name} {span.Start:O} {span.End:O} {span.FailedBy} {Of(span.Attributes)} {string.Join(';', span.Events.Select(e => $"{e.Name} {e.At:O} {Of(e.Attributes)}"))} {string.Join(';', span.Links.Select(l => $"{l.TraceId}/{l.SpanId} {Of(l.Attributes)}"))}";

    private void Take()
    {
        foreach (var entry in Script.Audit.Skip(_audit.Count).ToList())
            _audit.Add(new AuditRow { Number = 100 + _audit.Count, At = Script.Context.Now, Actor = entry.Actor, Code = entry.Code, Args = entry.Args, Zone = entry.Zone, ZoneUpgradeId = entry.ZoneUpgradeId, RolloutId = entry.RolloutId });
        var read = _audit.Where(a => ZoneWalk.Codes.Contains(a.Code)).ToList();
        Spans = ZoneSpans.Of(Script.Row, Rollout, new ZoneTraits { ZoneIds = [new ZoneIdTraits(null, ZoneKind.Sub, false)] }, read, new SpanUrls("https://fleet.example.org/"));
        Spans.Select(s => s.Id).ShouldBeUnique();
        foreach (var span in Spans)
        {
            var said = Content(span);
            if (!_said.TryAdd(span.Id, said))
                said.ShouldBe(_said[span.Id]);
        }

        _said.Keys.Except(Spans.Select(s => s.Id)).ShouldBeEmpty("what was said is not taken back");
        Later(TimeSpan.FromSeconds(1));
    }

    private static string Result(RecordedSpan span) =>
        $"{span.Attributes.GetValueOrDefault(Names.Result) ?? span.Attributes.GetValueOrDefault(Names.TaskResult) ?? span.Attributes.GetValueOrDefault("fleet.dispatch.result") ?? span.Attributes.GetValueOrDefault(Names.DecisionEnd)}";

    private static string Of(IReadOnlyDictionary<string, object> attributes) => string.Join(',', attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}"));
}
