using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Guards;
using Fleet.Orchestration.Handovers;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Calendars;

namespace Fleet.Orchestration.Tests.Asking;

/// <summary>What happens by itself next, as whoever comes on duty reads it.</summary>
public sealed class DeadlineTests
{
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_schedule_a_limit_of_time_and_a_wave_that_bakes_are_told_while_they_are_to_come()
    {
        var rollout = new RolloutScript(RolloutScript.Many(3), failures: null, strategy: "apiVersion: fleet/v1\nname: s\ntimeLimit: 10h\nwaves:\n- {name: canary, zones: z1, bake: 30m, timeLimit: 2h}\n- {name: rest}\n") { Now = Now };
        rollout.Row = rollout.Row with { StartedAt = Now, State = RolloutState.Scheduled, StartsAt = Now.AddHours(1), ExpiresAt = Now.AddHours(2) };
        Told(Deadlines.Of(rollout.Row, Now)).ShouldBe(["1 deadline-begins"]);
        rollout.Row = rollout.Row with { State = RolloutState.Running };
        rollout.Evaluate();
        Told(Deadlines.Of(rollout.Row, Now)).ShouldBe(["10 deadline-time-over", "2 deadline-wave-over"]);
        rollout.Succeed("z1");
        Told(Deadlines.Of(rollout.Row, Now)).ShouldBe(["10 deadline-time-over", "0.5 deadline-wave-look"]);
        Told(Deadlines.Of(rollout.Row with { Stopped = true }, Now)).ShouldBeEmpty("it goes on by a person's word only");
    }

    [Fact]
    public void Zones_whose_windows_close_or_open_together_are_one_line()
    {
        var calendar = CalendarLoader.Load("apiVersion: fleet/v1\ntimeZone: UTC\nwindows: [{name: night, days: [mon, tue, wed, thu, fri, sat, sun], from: '22:00', to: '04:00'}]\n").Calendar!;
        var openings = new Openings(calendar.Windows, []);
        (string, Openings, string, bool)[] zones = [("a", openings, "verify", true), ("b", openings, "verify", true), ("c", openings, "verify", false), ("d", Openings.Always, "verify", true)];
        Deadlines.Of("night", zones, Now).Single().ShouldSatisfyAllConditions(d => d.At.ShouldBe(Now.AddHours(4)), d => d.Zones.ShouldBe(["a", "b"]), d => d.What.Code.ShouldBe("deadline-window-closes"));
        Deadlines.Of("night", zones, Now.AddHours(5)).Single().ShouldSatisfyAllConditions(d => d.At.ShouldBe(Now.AddHours(22)), d => d.Zones.ShouldBe(["a", "b", "c"]), d => d.What.Code.ShouldBe("deadline-window-opens"));
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(4, 8)]
    [InlineData(9, 16)]
    public void A_guards_next_alarm_is_told(double age, double next)
    {
        var since = Now.AddHours(-age);
        var guard = new GuardView { Name = "rescue-disabled", Zone = "z1", ZoneUpgradeId = default, RolloutId = default, RolloutName = "n", ZoneState = ZoneState.Failed, Nodes = [], Since = since };
        Deadlines.Of([guard], TimeSpan.FromHours(4), Now).Single().At.ShouldBe(since.AddHours(next));
    }

    [Theory]
    [InlineData(GuardWatchState.Armed, true)]
    [InlineData(GuardWatchState.Stopped, true)]
    [InlineData(GuardWatchState.Disarmed, false)]
    [InlineData(GuardWatchState.Released, false)]
    public void When_a_dead_mans_rule_would_act_is_told(GuardWatchState state, bool told)
    {
        var watch = new GuardWatch { Id = "w", Limit = TimeSpan.FromHours(8), State = state, RenewedAt = Now.AddMinutes(-3) };
        var guard = new GuardView { Name = "rescue-disabled", Zone = "z1", ZoneUpgradeId = default, RolloutId = default, RolloutName = "n", ZoneState = ZoneState.Failed, Nodes = [], Watch = watch };
        Deadlines.Of([guard], TimeSpan.FromHours(4), Now).Select(d => (d.At, d.What.Code)).ShouldBe(told ? [(Now.AddMinutes(477), "deadline-watch")] : []);
    }

    [Fact]
    public void Alike_questions_that_expire_together_are_one_line()
    {
        var rollout = Guid.NewGuid();
        DecisionView Asked(string zone, DateTimeOffset? expires) => new()
        {
            Id = Guid.NewGuid(),
            Kind = DecisionKind.FailedStep,
            State = DecisionState.Open,
            Zone = zone,
            RolloutId = rollout,
            RolloutName = "night",
            Phase = "p",
            Step = "s",
            Attempt = 1,
            Question = Finding.Of("step-failed"),
            Choices = [],
            Fingerprint = "f",
            AskedAt = Now,
            ExpiresAt = expires,
        };
        var told = Deadlines.Of([Asked("a", Now.AddHours(1)), Asked("b", Now.AddHours(1)), Asked("c", null)], new Dictionary<Guid, string> { [rollout] = "night" }).Single();
        told.ShouldSatisfyAllConditions(d => d.Zones.ShouldBe(["a", "b"]), d => d.Rollout.ShouldBe("night"), d => d.What.Args["count"].ShouldBe("2"));
    }

    private static IEnumerable<string> Told(IEnumerable<Deadline> deadlines) => deadlines.Select(d => FormattableString.Invariant($"{(d.At - Now).TotalHours} {d.What.Code}"));
}
