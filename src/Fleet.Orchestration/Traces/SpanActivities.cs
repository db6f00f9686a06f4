using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Fleet.Orchestration.Traces;

/// <summary>
/// Spans with ids of our choice as the activities that exporters take. The runtime draws the id of each activity and has no public way to set it, so its field is set;
/// <see cref="Problem"/> tells where a runtime has no such field.
/// </summary>
internal sealed class SpanActivities : IDisposable
{
    /// <summary>Not below <c>Fleet.</c>: what listens to those would export these spans a second time.</summary>
    public const string SourceName = "Fleet";

    private readonly ActivitySource _source = new(SourceName);
    private readonly ActivityListener _all;

    public SpanActivities()
    {
        _all = new ActivityListener
        {
            ShouldListenTo = source => ReferenceEquals(source, _source),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(_all);
    }

    /// <summary>Null: this runtime lets a span have the id that it is given.</summary>
    public string? Problem()
    {
        try
        {
            var probe = new RecordedSpan { TraceId = "0123456789abcdef0123456789abcdef", Id = "0123456789abcdef", ParentId = "fedcba9876543210", Name = "probe", Start = DateTimeOffset.UnixEpoch, End = DateTimeOffset.UnixEpoch, KnownBy = 0 };
            var made = Make(probe);
            return made.Context.SpanId.ToHexString() == probe.Id && made.Context.TraceId.ToHexString() == probe.TraceId && made.ParentSpanId.ToHexString() == probe.ParentId
                ? null
                : $"an activity got the ids {made.Id} in place of those that it was given";
        }
        catch (Exception e) when (e is MissingFieldException or InvalidOperationException)
        {
            return e.Message;
        }
    }

    public Activity Make(RecordedSpan span)
    {
        // A trace's root has no parent; the trace id comes with a parent all the same, which is taken away again.
        var parent = new ActivityContext(ActivityTraceId.CreateFromString(span.TraceId), ActivitySpanId.CreateFromString(span.ParentId ?? span.Id), ActivityTraceFlags.Recorded);
        var links = span.Links.Select(l => new ActivityLink(Context(l), new ActivityTagsCollection(l.Attributes.Select(Tag))));
        var before = Activity.Current;
        var activity = _source.CreateActivity(span.Name, span.IsRun ? ActivityKind.Server : ActivityKind.Internal, parent, span.Attributes.Select(Tag), links, ActivityIdFormat.W3C)
            ?? throw new InvalidOperationException("nothing listens to spans from records");
        activity.SetStartTime(span.Start.UtcDateTime);
        activity.Start();
        Activity.Current = before;
        SpanId(activity) = span.Id;
        if (span.ParentId is null)
        {
            ParentId(activity) = null;
            ParentSpanId(activity) = null;
        }

        foreach (var told in span.Events)
            activity.AddEvent(new ActivityEvent(told.Name, told.At, new ActivityTagsCollection(told.Attributes.Select(Tag))));
        if (span.FailedBy is { } failed)
            activity.SetStatus(ActivityStatusCode.Error, failed);
        activity.SetEndTime(span.End.UtcDateTime);
        activity.Stop();
        Activity.Current = before;
        return activity;
    }

    public void Dispose()
    {
        _all.Dispose();
        _source.Dispose();
    }

    private static KeyValuePair<string, object?> Tag(KeyValuePair<string, object> attribute) => new(attribute.Key, attribute.Value);

    private static ActivityContext Context(RecordedLink link) => new(ActivityTraceId.CreateFromString(link.TraceId), ActivitySpanId.CreateFromString(link.SpanId), ActivityTraceFlags.Recorded, isRemote: true);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_spanId")]
    private static extern ref string? SpanId(Activity activity);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_parentSpanId")]
    private static extern ref string? ParentSpanId(Activity activity);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_parentId")]
    private static extern ref string? ParentId(Activity activity);
}
