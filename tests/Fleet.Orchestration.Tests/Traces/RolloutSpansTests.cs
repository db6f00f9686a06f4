using Fleet.Contracts.Traces;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Tests.Rollouts;
using Fleet.Orchestration.Traces;

namespace Fleet.Orchestration.Tests.Traces;

/// <summary>What a rollout's records say as spans of its own trace.</summary>
public sealed class RolloutSpansTests
{
    private static readonly DateTimeOffset Made = new(2026, 11, 1, 2, 0, 0, TimeSpan.Zero);

    private readonly Rollout _rollout;
    private readonly List<AuditRow> _audit = [];

    public RolloutSpansTests()
    {
        var row = new RolloutScript([Samples.Zone("cd1a"), Samples.Zone("sh1a")], failures: null, strategy: "apiVersion: fleet/v1\nname: two\nmaxFailures: 1\nwaves:\n- {name: canary, take: 1}\n- {name: rest}\n").Row;
        _rollout = row with
        {
            TraceParent = SpanIds.TraceParent(row.Id),
            StartedAt = Made,
            Waves = [row.Waves[0] with { StartedAt = Made.AddSeconds(10) }, row.Waves[1] with { StartedAt = Made.AddSeconds(110) }],
        };
    }

    [Fact]
    public void A_rollouts_root_takes_as_long_as_it_did_and_links_its_zones_and_its_waves_take_their_zones_time()
    {
        Well();
        var spans = Spans();
        Told(spans).ShouldBe(
        [
            "0+200 RUN rollout success < -",
            "10+90 wave canary success < RUN rollout",
            "110+80 wave rest success < RUN rollout",
        ]);
        var root = spans.Single(s => s.Id == SpanIds.Root(_rollout.Id));
        (root.ParentId, root.IsRun, root.TraceId).ShouldBe((null, true, SpanIds.Trace(_rollout.Id)));
        root.Links.Select(l => (l.TraceId, l.SpanId)).ShouldBe(_rollout.Zones.Select(z => (SpanIds.Trace(z.ZoneUpgradeId), SpanIds.Root(z.ZoneUpgradeId))));
    }

    [Fact]
    public void What_was_said_stays_so_whatever_is_written_later()
    {
        Well();
        Entry(300, "rollout-zone-retry", zone: 0);
        Entry(301, "zone-start-committed", zone: 0);
        Entry(400, "zone-ended", zone: 0, args: ("state", "failed"));
        Entry(401, "rollout-ended", args: ("state", "failed"));
        var said = new Dictionary<string, string>();
        for (var written = 1; written <= _audit.Count; written++)
        {
            var spans = RolloutSpans.Of(_rollout, _audit.Take(written).ToList(), new SpanUrls(null));
            foreach (var span in spans.Where(s => s.KnownBy <= _audit[written - 1].Number))
            {
                if (!said.TryAdd(span.Id, TracedZone.Content(span)))
                    TracedZone.Content(span).ShouldBe(said[span.Id]);
            }

            spans.Select(s => s.Id).ShouldBeUnique();
        }

        var runs = Spans().Where(s => s.IsRun).ToList();
        runs.Select(r => (r.Attributes[Names.Result], r.ParentId)).ShouldBe([("success", null), ("failure", runs[0].Id)]);
        Told(Spans()).ShouldContain("300+101 RUN rollout failure < RUN rollout");
    }

    [Fact]
    public void Waiting_for_approval_is_a_persons_time_and_lies_before_the_run()
    {
        var approved = _rollout with
        {
            Waves = [.. _rollout.Waves.Select(w => w with { StartedAt = null })],
            Approval = new Decision
            {
                Id = Decision.IdFor(_rollout.Id, -1),
                Kind = Contracts.Decisions.DecisionKind.Approval,
                Phase = "",
                Step = "",
                Attempt = 1,
                Question = Contracts.Decisions.Finding.Of("approval-asks"),
                Choices = [],
                Fingerprint = "approval",
                AskedAt = Made,
            },
        };
        Entry(0, "rollout-started");
        RolloutSpans.Of(approved, _audit, new SpanUrls(null)).ShouldBeEmpty("nothing has begun, and nothing was answered");
        Entry(3600, "rollout-approved", args: ("by", "ann, bob"));
        Entry(3601, "rollout-begun");
        var spans = RolloutSpans.Of(approved, _audit, new SpanUrls(null));
        var waited = spans.Single(s => s.Name == Names.Waiting);
        (waited.End - waited.Start, waited.Attributes[Names.DecisionBy], waited.ParentId).ShouldBe((TimeSpan.FromHours(1), "ann, bob", SpanIds.Root(_rollout.Id)));
        spans.Single(s => s.Name == "started RUN rollout").Start.ShouldBe(Made.AddSeconds(3601));
    }

    private void Well()
    {
        Entry(0, "rollout-started");
        Entry(10, "zone-start-committed", zone: 0);
        Entry(11, "zone-started", zone: 0);
        Entry(100, "zone-ended", zone: 0, args: ("state", "succeeded"));
        Entry(110, "zone-start-committed", zone: 1);
        Entry(111, "zone-started", zone: 1);
        Entry(190, "zone-ended", zone: 1, args: ("state", "succeeded"));
        Entry(200, "rollout-ended", args: ("state", "succeeded"));
    }

    private void Entry(int seconds, string code, int? zone = null, params (string Name, string Value)[] args) => _audit.Add(new AuditRow
    {
        Number = 7 + 3 * _audit.Count,
        At = Made.AddSeconds(seconds),
        Actor = "coordinator",
        Code = code,
        Args = args.ToDictionary(a => a.Name, a => a.Value),
        RolloutId = _rollout.Id,
        Zone = zone is { } z ? _rollout.Zones[z].Zone : null,
        ZoneUpgradeId = zone is { } id ? _rollout.Zones[id].ZoneUpgradeId : null,
    });

    private IReadOnlyList<RecordedSpan> Spans() => RolloutSpans.Of(_rollout, _audit, new SpanUrls("https://fleet.example.org"));

    private static IEnumerable<string> Told(IReadOnlyList<RecordedSpan> spans)
    {
        var ended = spans.Where(s => !s.Attributes.ContainsKey(Names.Started)).ToList();
        return ended.Select(s => $"{(s.Start - Made).TotalSeconds:0}+{(s.End - s.Start).TotalSeconds:0} {s.Name} {s.Attributes.GetValueOrDefault(Names.Result) ?? s.Attributes.GetValueOrDefault(Names.TaskResult)} < {ended.FirstOrDefault(p => p.Id == s.ParentId)?.Name ?? "-"}");
    }
}
