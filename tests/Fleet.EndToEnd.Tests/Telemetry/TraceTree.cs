using System.Text.Json;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing.Otlp;

namespace Fleet.EndToEnd.Tests.Telemetry;

/// <summary>One trace as it arrived, held against what every trace of Fleet promises and against Fleet's own records.</summary>
internal sealed class TraceTree
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private TraceTree(string id, IReadOnlyList<OtlpSpan> spans) => (Id, Spans) = (id, spans);

    public string Id { get; }

    /// <summary>Each once.</summary>
    public IReadOnlyList<OtlpSpan> Spans { get; }

    public OtlpSpan Root => Spans.Single(s => s.ParentId.Length == 0);

    /// <summary>A span that came twice is the same span both times.</summary>
    public static TraceTree Of(IReadOnlyList<OtlpSpan> all, string trace)
    {
        var spans = all.Where(s => s.TraceId == trace).ToList();
        foreach (var doubled in spans.GroupBy(s => s.Id).Where(g => g.Count() > 1))
            doubled.Select(s => s.Content).Distinct().Count().ShouldBe(1, string.Join(Environment.NewLine, doubled.Select(s => s.Content)));
        return new TraceTree(trace, [.. spans.DistinctBy(s => s.Id)]);
    }

    public IEnumerable<OtlpSpan> Named(string name) => Spans.Where(s => s.Name == name);

    public IEnumerable<OtlpSpan> ChildrenOf(OtlpSpan span) => Spans.Where(s => s.ParentId == span.Id);

    public void IsWhole()
    {
        var ids = Spans.Select(s => s.Id).ToHashSet();
        Spans.Where(s => s.ParentId.Length > 0 && !ids.Contains(s.ParentId)).Select(s => $"{s.Scope} {s.Name} {s.Id} below {s.ParentId}").ShouldBeEmpty(Print());
        Spans.Count(s => s.ParentId.Length == 0).ShouldBe(1, Print());
        Spans.Where(s => s.Resource.GetValueOrDefault("service.name") as string != "fleet").ShouldBeEmpty();
        // Each that has a beginning told has an end.
        foreach (var started in Spans.Where(s => s.Attributes.ContainsKey("fleet.started")))
            ids.ShouldContain(started.ParentId, started.Name);
    }

    /// <summary>A zone's: root, phases, steps and questions take the time that the records say.</summary>
    /// <param name="zone">As the API shows it, with its steps.</param>
    /// <param name="timeline">Its part of the rollout's timeline.</param>
    public void TakesAsLongAs(JsonElement zone, JsonElement timeline, IEnumerable<JsonElement> decisions)
    {
        var about = zone.GetProperty("zone");
        Root.Name.ShouldBe("RUN zone-upgrade");
        Root.Kind.ShouldBe(2);
        (Root.Text("fleet.zone"), Root.Text("cicd.pipeline.run.id"), Root.Text("cicd.pipeline.name")).ShouldBe((about.Text("name"), Guid.Parse(about.Text("id")).ToString("N"), "zone-upgrade"));
        Fits(Root, about.GetProperty("startedAt").GetDateTimeOffset(), about.GetProperty("endedAt").GetDateTimeOffset());
        var phases = timeline.Items("phases").ToList();
        phases.ShouldNotBeEmpty();
        foreach (var phase in phases)
            Fits(ChildrenOf(Root).Where(s => s.Name == phase.Text("phase")).ShouldHaveSingleItem(Print()), phase.GetProperty("startedAt").GetDateTimeOffset(), phase.GetProperty("endedAt").GetDateTimeOffset());
        foreach (var step in zone.Items("steps"))
        {
            var span = Spans.Single(s => s.Id == step.Text("spanId"));
            (span.Name, span.Text("fleet.phase"), span.Text("fleet.attempt"), span.Text("fleet.execution.id")).ShouldBe((step.Text("step"), step.Text("phase"), $"{step.GetProperty("attempt")}", step.TextOrNull("executionId") ?? ""));
            Spans.Single(s => s.Id == span.ParentId).Name.ShouldBe(step.Text("phase"));
            Fits(span, step.GetProperty("startedAt").GetDateTimeOffset(), step.GetProperty("endedAt").GetDateTimeOffset());
        }

        var asked = decisions.Where(d => d.TextOrNull("zone") == about.Text("name") && d.TextOrNull("answeredBy")?.StartsWith("policy:", StringComparison.Ordinal) != true).ToList();
        var waiting = Named("waiting for a decision").ToDictionary(s => s.Text("fleet.decision.id"));
        waiting.Count.ShouldBe(asked.Count, Print());
        foreach (var decision in asked.Where(d => d.TextOrNull("answeredAt") is not null))
        {
            var span = waiting[Guid.Parse(decision.Text("id")).ToString("N")];
            (span.Text("fleet.decision.kind"), span.Text("fleet.decision.by")).ShouldBe((decision.Text("kind"), decision.Text("answeredBy")));
            Fits(span, decision.GetProperty("askedAt").GetDateTimeOffset(), decision.GetProperty("answeredAt").GetDateTimeOffset());
        }
    }

    public string Print()
    {
        var lines = new List<string> { $"trace {Id}" };
        Below("", 1);
        var ids = Spans.Select(s => s.Id).ToHashSet();
        lines.AddRange(Spans.Where(s => s.ParentId.Length > 0 && !ids.Contains(s.ParentId)).Select(s => $"  ORPHAN {s.Scope} {s.Name} below {s.ParentId}"));
        return string.Join(Environment.NewLine, lines);

        void Below(string parent, int depth)
        {
            foreach (var span in Spans.Where(s => s.ParentId == parent).OrderBy(s => s.Start))
            {
                lines.Add($"{new string(' ', 2 * depth)}{span.Name} [{span.Scope}] {span.Start:HH:mm:ss.fff} {span.Duration.TotalSeconds:0.000} s {(span.Status == 2 ? "failed " : "")}{string.Join(',', span.Events.Select(e => e.Name))}");
                if (depth < 20)
                    Below(span.Id, depth + 1);
            }
        }
    }

    private void Fits(OtlpSpan span, DateTimeOffset from, DateTimeOffset to)
    {
        (span.Start - from).Duration().ShouldBeLessThan(Second, $"{span.Name} began at {span.Start:O}, by the records at {from:O}{Environment.NewLine}{Print()}");
        (span.End - to).Duration().ShouldBeLessThan(Second, $"{span.Name} ended at {span.End:O}, by the records at {to:O}{Environment.NewLine}{Print()}");
        (span.Duration - (to - from)).Duration().ShouldBeLessThan(Second, $"{span.Name} took {span.Duration}, by the records {to - from}{Environment.NewLine}{Print()}");
    }
}
