using Fleet.Contracts.Traces;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;

namespace Fleet.Orchestration.Traces;

/// <summary>What a rollout's records say as spans of its own trace, which links those of its zones. Pure; zones' bars in it are made with the zones (<see cref="ZoneSpans"/>).</summary>
internal static class RolloutSpans
{
    /// <param name="audit">The rollout's, of <see cref="RolloutWalk.Codes"/>, in order.</param>
    /// <returns>Nothing for rollouts of before they had traces of their own.</returns>
    public static IReadOnlyList<RecordedSpan> Of(Rollout row, IReadOnlyList<AuditRow> audit, SpanUrls urls)
    {
        if (!SpanIds.IsOwn(row.Id, row.TraceParent))
            return [];
        var walk = new RolloutWalk(row).Over(audit);
        var spans = new List<RecordedSpan>();
        foreach (var run in walk.Runs)
        {
            var about = About(row).With(Names.Pipeline, Names.Rollout).With(Names.RunId, $"{row.Id:N}").With(Names.RunUrl, urls.Rollout(row)).With("fleet.strategy", row.Strategy.Name).With("fleet.package", row.Package.FileName);
            Add(spans, row, run, Names.Run(Names.Rollout), about, Names.Result);
        }

        foreach (var (wave, part) in walk.Waves)
            Add(spans, row, part, part.Name, About(row).With(Names.Wave, wave.Name).With(Names.Task, wave.Name).With(Names.TaskRunId, $"{row.Id:N}/{wave.Name}"), Names.TaskResult);
        spans.AddRange(walk.Questions.Where(q => !q.IsOpen).Select(q => Ended(row, q, Names.Waiting, About(row), null)));
        return spans;
    }

    private static void Add(List<RecordedSpan> spans, Rollout row, Part part, string name, Dictionary<string, object> about, string result)
    {
        spans.Add(new RecordedSpan
        {
            TraceId = SpanIds.Trace(row.Id),
            Id = SpanIds.Of(row.Id, "started", part.Id),
            ParentId = part.Id,
            Name = $"started {name}",
            Start = part.Start,
            End = part.Start,
            KnownBy = part.OpenedBy,
            Attributes = About(row).With(Names.Started, true),
        });
        if (!part.IsOpen)
            spans.Add(Ended(row, part, name, about, result));
    }

    private static RecordedSpan Ended(Rollout row, Part part, string name, Dictionary<string, object> about, string? result) =>
        part.Ended(SpanIds.Trace(row.Id), name, about, result, isRun: part.Name == Names.Rollout);

    private static Dictionary<string, object> About(Rollout row) => new() { [Names.RolloutId] = $"{row.Id:N}", [Names.RolloutName] = row.Name };
}

internal static class Attributes
{
    /// <summary>The same attributes with one more, where there is a value.</summary>
    public static Dictionary<string, object> With(this Dictionary<string, object> attributes, string name, object? value)
    {
        if (value is not (null or ""))
            attributes[name] = value;
        return attributes;
    }
}
