using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Traces;
using Fleet.Orchestration.Tests.ZoneUpgrades;
using Fleet.Orchestration.Traces;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.Traces;

/// <summary>What a zone upgrade's records say as spans, whatever it went through. That none is said otherwise later is held after each change (<see cref="TracedZone"/>).</summary>
public sealed class ZoneSpansTests
{
    private static readonly IReadOnlyDictionary<string, Action<TracedZone>> Courses = new Dictionary<string, Action<TracedZone>>
    {
        ["well to its end"] = z => { z.At("verify"); z.ToItsEnd(); },
        ["a step is tried again"] = z =>
        {
            z.At("initialize-installer").Taken().Begin("bootstrap").End("bootstrap", StepOutcome.Failed).Hold("bootstrap", DecisionKind.FailedStep, [Choices.Retry, Choices.Fail]);
            z.Later(TimeSpan.FromHours(1));
            z.Script.Answer(Choices.Retry, "fixed");
            z.ToItsEnd();
        },
        ["a worker is lost"] = z =>
        {
            var zone = z.At("upgrade-platform").Taken().Begin("pre-upgrade");
            zone.Apply(ZoneUpgradeRules.ExpireLease(zone.Row, zone.Row.Epoch, zone.Context)).Taken("w2").Begin("pre-upgrade").End("pre-upgrade");
            zone.Succeed();
            z.ToItsEnd();
        },
        ["an end is not known, and looked at again"] = z =>
        {
            z.At("upgrade-platform").Taken().Begin("pre-upgrade").End("pre-upgrade", StepOutcome.TimedOut).Hold("pre-upgrade", DecisionKind.TimedOut, [Choices.CheckAgain, Choices.Fail]);
            z.Later(TimeSpan.FromMinutes(10));
            z.Script.Answer(Choices.CheckAgain, "it still writes").Taken("w2").Begin("pre-upgrade").End("pre-upgrade").Succeed();
            z.ToItsEnd();
        },
        ["a failed zone is retried"] = z =>
        {
            var zone = z.At("initialize-installer").Taken().Begin("bootstrap").End("bootstrap", StepOutcome.Failed).Hold("bootstrap", DecisionKind.FailedStep, [Choices.Retry, Choices.Fail]).Answer(Choices.Fail);
            z.Later(TimeSpan.FromHours(2));
            zone.Apply(ZoneUpgradeRules.Retry(zone.Row, null, "fixed", "ops", zone.Context));
            zone.Context = zone.Context with { Starts = 2 };
            zone.LookAgain();
            z.ToItsEnd();
        },
        ["a zone of an unknown end is retried and its execution looked at again"] = z =>
        {
            var zone = z.At("upgrade-platform").Taken().Begin("pre-upgrade").End("pre-upgrade", StepOutcome.Unknown).Hold("pre-upgrade", DecisionKind.UnknownOutcome, [Choices.CheckAgain, Choices.Fail]).Answer(Choices.Fail, "nobody knows");
            if (!zone.Row.IsEnded)
                zone.Answer(Choices.Keep, "stays");
            zone.Row.IsEnded.ShouldBeTrue();
            zone.Apply(ZoneUpgradeRules.Retry(zone.Row, null, "look at it", "ops", zone.Context));
            zone.Context = zone.Context with { Starts = 2 };
            zone.LookAgain().Taken("w2").Begin("pre-upgrade").End("pre-upgrade").Succeed();
            z.ToItsEnd();
        },
        ["a prompt is answered by a person"] = z =>
        {
            z.At("upgrade-platform").Taken().Begin("pre-upgrade").Prompt("pre-upgrade", 40, null);
            z.Later(TimeSpan.FromMinutes(5));
            z.Script.Answer(null, text: "y");
            z.Script.Delivered(z.Script.Row.Decisions[^1]).End("pre-upgrade").Succeed();
            z.ToItsEnd();
        },
        ["it is left out before it began"] = z =>
        {
            z.Script.Context = z.Script.Context with { Starts = 0 };
            z.Script.Apply(ZoneUpgradeRules.Skip(z.Script.Row, "zone-skipped", "not now", "ops", z.Script.Context));
        },
        ["it is aborted"] = z =>
        {
            z.At("prepare-platform").Taken().Begin("disable-rescue").End("disable-rescue").With(Stance.Abort).Stopped(StopMode.Abort).CarryOut();
        },
        ["it is paused and goes on"] = z =>
        {
            z.At("upgrade-platform").Taken().With(Stance.Pause).Stopped(StopMode.Pause);
            z.Later(TimeSpan.FromHours(8));
            z.Script.With(Stance.Go);
            z.ToItsEnd();
        },
        ["nodes are brought back later"] = z =>
        {
            z.At("verify");
            z.ToItsEnd();
            z.Later(TimeSpan.FromDays(2));
            z.Script.Apply(ZoneUpgradeRules.Readmit(z.Script.Row, ["hyper01"], "new disks", "ann", z.Script.Context)).CarryOut();
        },
    };

    public static TheoryData<string> CourseNames => [.. Courses.Keys];

    [Theory]
    [MemberData(nameof(CourseNames))]
    public void Whatever_happens_the_trace_is_one_tree_under_one_root_and_no_span_is_without_its_parent(string course)
    {
        var zone = Run(course);
        zone.Script.Row.IsEnded.ShouldBeTrue(zone.Script.Row.State.ToString());
        var own = zone.Spans.Where(s => s.TraceId == zone.Trace).ToList();
        var ids = own.Select(s => s.Id).ToHashSet();
        own.Where(s => s.ParentId is { } parent && !ids.Contains(parent)).Select(s => s.Name).ShouldBeEmpty();
        own.Count(s => s.ParentId is null).ShouldBe(1);
        own.Single(s => s.ParentId is null).Id.ShouldBe(SpanIds.Root(zone.Script.Row.Id));
        own.SelectMany(s => s.Links).Where(l => l.TraceId == zone.Trace && !ids.Contains(l.SpanId)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(CourseNames))]
    public void Each_span_that_has_ended_is_known_by_an_entry_and_takes_no_less_than_nothing(string course)
    {
        var zone = Run(course);
        zone.Spans.ShouldAllBe(s => s.End >= s.Start && s.KnownBy < long.MaxValue);
        foreach (var started in zone.Spans.Where(s => s.Attributes.ContainsKey(Names.Started)))
            zone.Ended.Single(s => s.Id == started.ParentId).KnownBy.ShouldBeGreaterThanOrEqualTo(started.KnownBy);
    }

    [Fact]
    public void A_human_wait_is_told_apart_from_the_machines_work()
    {
        var zone = Run("a step is tried again");
        var waited = zone.One(Names.Waiting);
        (waited.End - waited.Start).ShouldBeGreaterThan(TimeSpan.FromHours(1));
        zone.Ended.Single(s => s.Id == waited.ParentId).Name.ShouldBe("initialize-installer");
        (waited.Attributes[Names.DecisionKind], waited.Attributes[Names.DecisionBy], waited.Attributes[Names.DecisionChoice]).ShouldBe(("failed-step", "ops", "retry"));
        var tries = zone.Ended.Where(s => s.Name == "bootstrap").ToList();
        tries.Select(t => (t.Attributes[Names.Attempt], t.Attributes[Names.TaskResult])).ShouldBe([(1, "failure"), (2, "success")]);
        tries.ShouldAllBe(t => t.End - t.Start < TimeSpan.FromMinutes(1));
        tries.Select(t => t.Id).ShouldBe([SpanIds.Step(zone.Script.Row.Id, "initialize-installer", "bootstrap", 1), SpanIds.Step(zone.Script.Row.Id, "initialize-installer", "bootstrap", 2)]);
    }

    [Fact]
    public void A_takeover_is_one_step_two_dispatches_and_an_event_of_the_phase()
    {
        var zone = Run("a worker is lost");
        var phase = zone.One("upgrade-platform");
        phase.Events.Select(e => e.Name).ShouldBe(["lease-expired", "takeover"]);
        var dispatches = zone.Ended.Where(s => s.Attributes.GetValueOrDefault(Names.Phase) as string == phase.Name && s.Name.StartsWith("dispatch ", StringComparison.Ordinal)).ToList();
        dispatches.Select(d => (d.Attributes[Names.WorkerId], d.Attributes["fleet.dispatch.result"], d.FailedBy)).ShouldBe([("w1", "error", "lease-expired"), ("w2", "success", null)]);
        dispatches[1].Links.ShouldHaveSingleItem().SpanId.ShouldBe(dispatches[0].Id);
        zone.Ended.Count(s => s.Name == "pre-upgrade").ShouldBe(1);
        dispatches[0].Id.ShouldBe(SpanIds.Dispatch(zone.Script.Row.Id, (long)dispatches[0].Attributes[Names.Epoch]));
    }

    [Fact]
    public void A_step_that_is_looked_at_again_is_told_in_pieces_without_the_wait_between_them()
    {
        var zone = Run("an end is not known, and looked at again");
        var pieces = zone.Ended.Where(s => s.Name == "pre-upgrade").OrderBy(s => s.Start).ToList();
        pieces.Select(p => p.Attributes[Names.TaskResult]).ShouldBe(["timeout", "success"]);
        pieces.ShouldAllBe(p => p.End - p.Start < TimeSpan.FromMinutes(1));
        pieces[1].Links.ShouldHaveSingleItem().SpanId.ShouldBe(pieces[0].Id);
        pieces[0].Id.ShouldBe(SpanIds.Step(zone.Script.Row.Id, "upgrade-platform", "pre-upgrade", 1));
    }

    [Fact]
    public void What_is_begun_after_the_end_is_a_run_below_the_first_one()
    {
        var retried = Run("a failed zone is retried");
        var runs = retried.Ended.Where(s => s.IsRun).ToList();
        runs.Select(r => (r.Name, r.Attributes[Names.Result], r.ParentId)).ShouldBe([("RUN zone-upgrade", "failure", null), ("RUN zone-upgrade", "success", runs[0].Id)]);
        runs[1].Start.ShouldBeGreaterThan(runs[0].End);
        Run("nodes are brought back later").Ended.Where(s => s.IsRun).Select(r => r.Name).ShouldBe(["RUN zone-upgrade", "RUN readmit-nodes"]);
    }

    [Theory]
    [InlineData("well to its end", "success")]
    [InlineData("it is left out before it began", "skip")]
    [InlineData("it is aborted", "cancellation")]
    public void The_run_ends_as_the_zone_did(string course, string result) => Run(course).One("RUN zone-upgrade").Attributes[Names.Result].ShouldBe(result);

    [Fact]
    public void Root_phases_and_steps_begin_and_end_when_the_records_say_so()
    {
        var zone = Run("well to its end");
        var row = zone.Script.Row;
        var root = zone.One("RUN zone-upgrade");
        (root.Start, root.End).ShouldBe((row.StartedAt!.Value, row.EndedAt!.Value));
        foreach (var step in row.Steps)
        {
            var span = zone.Ended.Single(s => s.Id == SpanIds.Step(row.Id, step.Phase, step.Step, step.Attempt));
            (span.Start, span.End, span.Name).ShouldBe((step.StartedAt, step.EndedAt!.Value, step.Step));
            zone.Ended.Single(s => s.Id == span.ParentId).Name.ShouldBe(step.Phase);
        }

        foreach (var phase in row.Steps.GroupBy(s => s.Phase))
        {
            var span = zone.Ended.Single(s => s.ParentId == root.Id && s.Name == phase.Key);
            (span.Start, span.End).ShouldBe((phase.Min(s => s.StartedAt), phase.Max(s => s.EndedAt!.Value)));
        }
    }

    [Fact]
    public void The_zone_stands_in_its_rollouts_trace_with_a_link_to_its_own()
    {
        var zone = Run("well to its end");
        var bar = zone.Spans.Single(s => s.TraceId != zone.Trace);
        (bar.TraceId, bar.ParentId, bar.Name).ShouldBe((SpanIds.Trace(zone.Rollout.Id), SpanIds.Wave(zone.Rollout.Id, zone.Rollout.Waves[0].Index), "zone pek1a"));
        var link = bar.Links.ShouldHaveSingleItem();
        (link.TraceId, link.SpanId).ShouldBe((zone.Trace, SpanIds.Root(zone.Script.Row.Id)));
    }

    [Fact]
    public void A_zone_of_before_traces_of_their_own_tells_nothing()
    {
        var zone = new TracedZone();
        zone.Script.Row = zone.Script.Row with { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
        zone.At("verify");
        zone.Spans.ShouldBeEmpty();
    }

    private static TracedZone Run(string course)
    {
        var zone = new TracedZone();
        Courses[course](zone);
        return zone;
    }
}
