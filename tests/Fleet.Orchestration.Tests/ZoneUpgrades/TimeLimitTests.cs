using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Handovers;
using Fleet.Orchestration.Tests.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.ZoneUpgrades;

/// <summary>A zone that is at work for too long counts as a failure, and nothing is ended by that.</summary>
public sealed class TimeLimitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(2);

    [Fact]
    public void After_its_time_a_zone_counts_as_a_failure_and_goes_on_and_once_it_has_succeeded_it_does_not_count()
    {
        var zone = Begun();
        Later(zone, 119).Row.ShouldSatisfyAllConditions(r => r.CountsAsFailure.ShouldBeFalse(), r => r.LateSince.ShouldBeNull());
        Later(zone, 1).LookAgain().Row.ShouldSatisfyAllConditions(r => r.CountsAsFailure.ShouldBeTrue(), r => r.LateSince.ShouldBe(zone.Context.Now), r => r.State.ShouldBe(ZoneState.Running), r => r.Stop.ShouldBeNull());
        zone.Audit.Where(a => a.Code is "zone-time-over" or "failure-counted").Select(a => a.Code).ShouldBe(["zone-time-over", "failure-counted"], "it is told once");
        zone.Audit.Single(a => a.Code == "zone-time-over").Args["limit"].ShouldBe("2h");

        foreach (var phase in zone.Context.Runbook.Phases)
            zone.Row = zone.Row with { PhasesDone = [.. zone.Row.PhasesDone, phase.Name], Work = Work.None, Phase = phase.Name };
        zone.LookAgain().Row.ShouldSatisfyAllConditions(r => r.State.ShouldBe(ZoneState.Succeeded), r => r.CountsAsFailure.ShouldBeFalse());
    }

    [Fact]
    public void A_question_that_nobody_answers_counts_and_a_pause_does_not()
    {
        var zone = Begun();
        zone.With(Stance.Pause);
        zone.Row.StandsSince.ShouldNotBeNull();
        Later(zone, 600).Row.CountsAsFailure.ShouldBeFalse("it stands");
        ZoneUpgradeRules.TimeOverAt(zone.Row, Limit).ShouldBeNull();
        zone.With(Stance.Go);
        ZoneUpgradeRules.TimeOverAt(zone.Row, Limit).ShouldBe(zone.Context.Now + Limit);
        Later(zone, 119).Row.CountsAsFailure.ShouldBeFalse();
        Later(zone, 1).Row.CountsAsFailure.ShouldBeTrue();

        var asked = ZoneScript.At("initialize-installer");
        asked.Context = asked.Context with { TimeLimit = Limit };
        asked.Taken().Begin("bootstrap").End("bootstrap", StepOutcome.Failed).Hold("bootstrap", DecisionKind.FailedStep, [Choices.Retry, Choices.Fail]);
        asked.Row.State.ShouldBe(ZoneState.Held);
        Later(asked, 121).Row.ShouldSatisfyAllConditions(r => r.State.ShouldBe(ZoneState.Held), r => r.CountsAsFailure.ShouldBeTrue());
    }

    [Fact]
    public void A_retry_begins_its_time_anew()
    {
        var zone = Later(Begun(), 130);
        zone.Apply(ZoneUpgradeRules.Abort(zone.Row, StopMode.Abort, null, "ops", zone.Context));
        zone.Row.State.ShouldBe(ZoneState.Aborted);
        zone.Row.CountsAsFailure.ShouldBeTrue("it took too long");
        zone.Apply(ZoneUpgradeRules.Retry(zone.Row, null, "again", "ops", zone.Context));
        zone.Context = zone.Context with { Starts = zone.Context.Starts + 1 };
        zone.LookAgain().Row.ShouldSatisfyAllConditions(r => r.State.ShouldBe(ZoneState.Running), r => r.LateSince.ShouldBeNull(), r => r.ClockFrom.ShouldBe(zone.Context.Now));
        Later(zone, 119).Row.LateSince.ShouldBeNull();
    }

    [Fact]
    public void Without_a_limit_no_time_is_too_long_and_a_handover_tells_when_one_is()
    {
        var zone = Begun();
        zone.Context = zone.Context with { TimeLimit = null };
        Later(zone, 100_000).Row.CountsAsFailure.ShouldBeFalse();

        var rollout = new RolloutScript(RolloutScript.Many(1)).Row;
        Deadlines.Of(rollout, [zone.Row]).ShouldBeEmpty();
        var limited = rollout with { Strategy = rollout.Strategy with { ZoneTimeLimit = Limit } };
        Deadlines.Of(limited, [zone.Row]).Single().ShouldSatisfyAllConditions(d => d.At.ShouldBe(zone.Row.ClockFrom!.Value + Limit), d => d.Zones.ShouldBe([zone.Row.Zone]), d => d.What.Code.ShouldBe("deadline-zone-time-over"));
    }

    private static ZoneScript Begun()
    {
        var zone = new ZoneScript();
        zone.Context = zone.Context with { TimeLimit = Limit };
        return zone.LookAgain();
    }

    private static ZoneScript Later(ZoneScript zone, int minutes)
    {
        zone.Context = zone.Context with { Now = zone.Context.Now.AddMinutes(minutes) };
        return zone.LookAgain();
    }
}
