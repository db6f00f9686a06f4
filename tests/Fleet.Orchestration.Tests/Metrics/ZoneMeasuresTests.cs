using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Metrics;
using Fleet.Orchestration.Tests.ZoneUpgrades;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.Metrics;

/// <summary>What each change of a zone's row adds to the measurements.</summary>
public sealed class ZoneMeasuresTests
{
    private static readonly DateTimeOffset Created = new(2026, 11, 1, 1, 50, 0, TimeSpan.Zero);
    private readonly ZoneScript _zone = new();

    [Fact]
    public void A_start_tells_how_long_the_zone_waited_for_it() =>
        Of(() => _zone.LookAgain()).ShouldBe(["cicd.pipeline.run.duration{cicd.pipeline.name=zone-upgrade,cicd.pipeline.run.state=pending,cicd.pipeline.result=,zone_kind=sub} 600"]);

    [Fact]
    public void A_dispatch_that_is_taken_tells_how_long_it_was_on_its_way_and_a_resent_report_tells_nothing()
    {
        _zone.LookAgain().Dispatch();
        Later(7);
        Of(() => _zone.Report(Accepted())).ShouldBe(["fleet.dispatch.duration{pool=default} 7"]);
        Of(() => _zone.Report(Accepted())).ShouldBeEmpty();
    }

    [Fact]
    public void A_step_and_a_phase_tell_how_long_they_worked_without_the_time_in_which_a_person_was_waited_for()
    {
        var zone = ZoneScript.At("initialize-installer");
        zone.Taken().Begin("bootstrap");
        Later(zone, 20);
        zone.Prompt("bootstrap", 100, rule: null);
        Later(zone, 1000);
        Of(zone, () => zone.Answer(null, text: "y")).ShouldBe(["fleet.decision.wait.duration{kind=prompt,state=answered} 1000"]);
        zone.Delivered(zone.Row.Decisions[^1]);
        Later(zone, 10);
        Of(zone, () => zone.End("bootstrap")).ShouldBe(["fleet.step.duration{phase=initialize-installer,step=bootstrap,zone_kind=sub,result=success} 30"]);
        foreach (var step in zone.Phase.Steps.Where(s => s.Name != "bootstrap").ToList())
            zone.Begin(step.Name).End(step.Name, StepOutcome.Skipped);
        Of(zone, () => zone.Succeed()).ShouldContain("fleet.phase.duration{phase=initialize-installer,zone_kind=sub,result=success} 30");
    }

    [Fact]
    public void A_step_that_fails_is_an_error_and_a_zone_that_ends_failed_tells_how_long_it_ran_once()
    {
        _zone.LookAgain().Taken().Begin("zone-activity");
        Later(5);
        Of(() => _zone.End("zone-activity", StepOutcome.Failed)).ShouldBe(
        [
            "fleet.step.duration{phase=preflight,step=zone-activity,zone_kind=sub,result=failure} 5",
            "cicd.pipeline.run.errors{cicd.pipeline.name=zone-upgrade,error.type=step-failed} 1",
        ]);
        Later(5);
        Of(() => _zone.Fail("zone-activity")).ShouldBe(
        [
            "cicd.pipeline.run.duration{cicd.pipeline.name=zone-upgrade,cicd.pipeline.run.state=executing,cicd.pipeline.result=failure,zone_kind=sub} 10",
            "fleet.phase.duration{phase=preflight,zone_kind=sub,result=failure} 5",
        ]);
        _zone.Row.State.ShouldBe(ZoneState.Failed);
        Of(() => _zone.LookAgain()).ShouldBeEmpty();
    }

    [Fact]
    public void A_zone_that_is_left_out_tells_that_it_was_skipped() =>
        Of(() => _zone.Apply(ZoneUpgradeRules.Skip(_zone.Row, "zone-excluded", null, "ops", _zone.Context with { Starts = 0 }))).ShouldBe(
            ["cicd.pipeline.run.duration{cicd.pipeline.name=zone-upgrade,cicd.pipeline.run.state=pending,cicd.pipeline.result=skip,zone_kind=sub} 600"]);

    [Fact]
    public void A_lease_that_ran_out_is_counted_and_whoever_takes_over_tells_how_long_nobody_had_the_zone()
    {
        _zone.LookAgain().Taken();
        Of(() => _zone.Apply(ZoneUpgradeRules.ExpireLease(_zone.Row, _zone.Row.Epoch, _zone.Context))).ShouldBe(["fleet.lease.losses{} 1"]);
        Later(3);
        _zone.Dispatch();
        Later(4);
        Of(() => _zone.Report(Accepted("w2"))).ShouldBe(["fleet.dispatch.duration{pool=default} 4", "fleet.takeover.duration{pool=default} 7"]);
        _zone.Row.LostAt.ShouldBeNull();
    }

    [Fact]
    public void A_question_that_is_withdrawn_was_waited_for_too_and_one_that_a_policy_answers_was_not()
    {
        var zone = ZoneScript.At("initialize-installer");
        zone.Taken().Begin("bootstrap").End("bootstrap", StepOutcome.Failed).Hold("bootstrap", DecisionKind.FailedStep, [Choices.Retry, Choices.Fail]);
        Later(zone, 60);
        Of(zone, () => zone.Apply(ZoneUpgradeRules.Abort(zone.Row, StopMode.Abort, null, "ops", zone.Context))).ShouldContain("fleet.decision.wait.duration{kind=failed-step,state=withdrawn} 60");

        var policy = ZoneScript.At("upgrade-platform");
        policy.Taken().Begin("pre-upgrade");
        Of(policy, () => policy.Prompt("pre-upgrade", 10, policy.Step("pre-upgrade").Prompts.FirstOrDefault()?.Name)).ShouldNotContain(m => m.StartsWith("fleet.decision", StringComparison.Ordinal));
    }

    private PhaseAccepted Accepted(string worker = "w1") => new() { ZoneUpgradeId = _zone.Row.Id, Epoch = _zone.Row.Epoch, Sequence = 1, WorkerId = worker, At = _zone.Context.Now, Phase = _zone.Row.Phase! };

    private void Later(int seconds) => Later(_zone, seconds);

    private static void Later(ZoneScript zone, int seconds) => zone.Context = zone.Context with { Now = zone.Context.Now.AddSeconds(seconds) };

    private IReadOnlyList<string> Of(Action change) => Of(_zone, change);

    private static IReadOnlyList<string> Of(ZoneScript zone, Action change)
    {
        var before = zone.Row;
        change();
        return [.. ZoneMeasures.Of(before, zone.Row, "sub", "default", Created, zone.Context.Now).Select(m => m.ToString())];
    }
}
