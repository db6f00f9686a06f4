using CsCheck;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Reports;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.Reports;

public sealed class ZoneTimesTests
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly IReadOnlyList<string> Phases = ["a", "b"];

    [Fact]
    public void Questions_that_are_open_at_once_are_waited_for_once()
    {
        var times = Of([Step("a", 0, 60)], [Question(10, 30), Question(20, 40), Question(50, 55)], end: 60);
        Stretches.Length(times.Waiting).TotalMinutes.ShouldBe(35);
        Stretches.Length(times.Working).TotalMinutes.ShouldBe(25);
        times.Standing.ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(DecisionState.Answered, true, 20, 0)]
    [InlineData(DecisionState.Open, true, null, 0)]
    [InlineData(DecisionState.Open, false, null, 50)]
    [InlineData(DecisionState.Withdrawn, false, null, 0)]
    [InlineData(DecisionState.Withdrawn, false, 20, 10)]
    [InlineData(DecisionState.Expired, false, 30, 20)]
    [InlineData(DecisionState.Answered, false, 90, 50)]
    public void What_is_waited_for_is_a_person_and_for_as_long_as_is_known(DecisionState state, bool byPolicy, int? closed, int minutes) =>
        Stretches.Length(Of([Step("a", 0, 60)], [Question(10, closed, state, byPolicy)], end: 60).Waiting).TotalMinutes.ShouldBe(minutes);

    [Fact]
    public void A_zone_that_was_never_started_took_no_time() => ZoneTimes.Of(Zone([], null, null), Phases, [], At(9)).ShouldSatisfyAllConditions(t => t.Total.ShouldBe(TimeSpan.Zero), t => t.Standing.ShouldBe(TimeSpan.Zero));

    [Fact]
    public void What_runs_lasts_until_now_and_what_never_told_of_its_end_until_the_zone_ended()
    {
        var running = ZoneTimes.Of(Zone([Step("a", 0, null)], 0, null), Phases, [], At(25));
        (running.Total.TotalMinutes, Stretches.Length(running.Working).TotalMinutes, running.Phases[0].To).ShouldBe((25, 25, null));
        ZoneTimes.Of(Zone([Step("a", 0, null)], 0, 12), Phases, [], At(25)).Phases[0].To.ShouldBe(At(12));
    }

    [Fact]
    public void What_was_done_on_the_zone_afterwards_is_no_part_of_it()
    {
        var times = Of([Step("a", 0, 10), Step("readmit-nodes", 400, 450)], [], end: 10);
        times.Phases.Select(p => p.Name).ShouldBe(["a"]);
        (times.Total.TotalMinutes, Stretches.Length(times.Working).TotalMinutes).ShouldBe((10, 10));
    }

    [Fact]
    public void Work_waiting_and_standing_are_all_of_it_and_nothing_twice()
    {
        var pieces = Gen.Select(Gen.Int[0, 100], Gen.Int[0, 40]).Array[0, 8];
        Gen.Select(pieces, pieces, Gen.Int[0, 120]).Sample((steps, questions, end) =>
        {
            var times = Of([.. steps.Select(s => Step("a", s.Item1, s.Item1 + s.Item2))], [.. questions.Select(q => Question(q.Item1, q.Item1 + q.Item2))], end);
            times.Total.TotalMinutes.ShouldBe(end);
            times.Standing.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
            Stretches.Length(Stretches.Union(times.Working.Concat(times.Waiting))).ShouldBe(Stretches.Length(times.Working) + Stretches.Length(times.Waiting));
        });
    }

    [Fact]
    public void Only_zones_that_are_through_with_a_phase_say_how_long_it_takes()
    {
        var took = PhaseTimes.Of(Enumerable.Range(1, 10).Select(i => ((IReadOnlyList<string>)(i == 10 ? [] : ["a"]), Of([Step("a", 0, i * 10)], [Question(0, 2)], end: 200))));
        took["a"].ShouldBe(new PhaseTimes(TimeSpan.FromMinutes(48), TimeSpan.FromMinutes(88), 9));
    }

    private static DateTimeOffset At(int minute) => Begin.AddMinutes(minute);

    private static ZoneTimes Of(IReadOnlyList<StepRecord> steps, IReadOnlyList<ReportDecision> questions, int end) => ZoneTimes.Of(Zone(steps, 0, end), Phases, questions, At(500));

    private static ZoneUpgradeView Zone(IReadOnlyList<StepRecord> steps, int? from, int? to) => new()
    {
        Id = Guid.Empty,
        RolloutId = Guid.Empty,
        Name = "pek1a",
        State = ZoneState.Running,
        StartedAt = from is { } start ? At(start) : null,
        EndedAt = to is { } end ? At(end) : null,
        Steps = steps,
    };

    private static StepRecord Step(string phase, int from, int? to) =>
        new() { Phase = phase, Step = "s", Attempt = 1, Epoch = 1, StartedAt = At(from), EndedAt = to is { } end ? At(end) : null };

    private static ReportDecision Question(int from, int? to, DecisionState state = DecisionState.Answered, bool byPolicy = false) => new(
        new DecisionView
        {
            Id = Guid.Empty,
            Kind = DecisionKind.Prompt,
            State = state,
            RolloutId = Guid.Empty,
            RolloutName = "r",
            Phase = "a",
            Step = "s",
            Attempt = 1,
            Question = Finding.Of("step-failed"),
            Choices = [],
            Fingerprint = "f",
            AskedAt = At(from),
        },
        byPolicy,
        to is { } closed ? At(closed) : null);
}
