using System.Diagnostics;
using Fleet.Orchestration.Traces;

namespace Fleet.Orchestration.Tests.Traces;

/// <summary>The runtime lets an activity have the ids that it is given.</summary>
public sealed class SpanActivitiesTests
{
    private static readonly RecordedSpan Span = new()
    {
        TraceId = "0af7651916cd43dd8448eb211c80319c",
        Id = "b7ad6b7169203331",
        ParentId = "00f067aa0ba902b7",
        Name = "bootstrap",
        Start = new DateTimeOffset(2026, 11, 1, 2, 0, 0, TimeSpan.Zero),
        End = new DateTimeOffset(2026, 11, 1, 5, 0, 0, TimeSpan.Zero),
        KnownBy = 1,
        FailedBy = "step-failed",
        Attributes = new Dictionary<string, object> { ["fleet.attempt"] = 2 },
        Events = [new RecordedEvent("takeover", new DateTimeOffset(2026, 11, 1, 3, 0, 0, TimeSpan.Zero), new Dictionary<string, object> { ["fleet.epoch"] = 7L })],
        Links = [new RecordedLink("4bf92f3577b34da6a3ce929d0e0e4736", "53995c3f42cd8ad8", new Dictionary<string, object>())],
    };

    [Fact]
    public void This_runtime_has_the_field_that_holds_an_activitys_id()
    {
        using var activities = new SpanActivities();
        activities.Problem().ShouldBeNull("without it no span of a zone upgrade can be written: write OTLP in another way, see decision 0022");
    }

    [Fact]
    public void A_span_is_made_with_all_that_it_says_and_leaves_the_present_activity_alone()
    {
        using var activities = new SpanActivities();
        var made = activities.Make(Span);
        (made.TraceId.ToHexString(), made.SpanId.ToHexString(), made.ParentSpanId.ToHexString()).ShouldBe((Span.TraceId, Span.Id, Span.ParentId));
        (made.StartTimeUtc, made.Duration, made.Kind, made.DisplayName).ShouldBe((Span.Start.UtcDateTime, TimeSpan.FromHours(3), ActivityKind.Internal, "bootstrap"));
        (made.Status, made.StatusDescription, made.GetTagItem("fleet.attempt")).ShouldBe((ActivityStatusCode.Error, "step-failed", 2));
        made.Events.Single().Timestamp.ShouldBe(Span.Events[0].At);
        made.Links.Single().Context.SpanId.ToHexString().ShouldBe("53995c3f42cd8ad8");
        made.Recorded.ShouldBeTrue();
        Activity.Current.ShouldBeNull();
    }

    [Fact]
    public void A_root_has_no_parent_and_is_a_server_span()
    {
        using var activities = new SpanActivities();
        var made = activities.Make(Span with { ParentId = null, IsRun = true });
        (made.ParentSpanId.ToHexString(), made.ParentId, made.Kind, made.SpanId.ToHexString()).ShouldBe(("0000000000000000", null, ActivityKind.Server, Span.Id));
    }
}
