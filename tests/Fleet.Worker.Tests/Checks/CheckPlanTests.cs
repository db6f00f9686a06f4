using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Builtin;
using Fleet.Worker.Checks;
using Fleet.Worker.Steps;

namespace Fleet.Worker.Tests.Checks;

public sealed class CheckPlanTests
{
    [Fact]
    public void A_check_makes_the_looks_of_the_preflight_phase_and_looks_ahead_to_the_repo()
    {
        var runbook = BuiltinRunbooks.Find(BuiltinRunbooks.QingcloudUpgrade)!;
        CheckPlan.Of(runbook).Select(s => $"{s.Phase.Name}/{s.Step.Name}").ShouldBe(
            ["preflight/zone-activity", "preflight/versions", "preflight/variables", "preflight/services", "preflight/disk-space", "preflight/baseline", "initialize-installer/qemu", "prepare-platform/repo-content"]);
        CheckPlan.Of(runbook).ShouldAllBe(s => CheckPlan.MayLook(s.Step));
    }

    [Fact]
    public void A_step_that_changes_a_zone_is_not_looked_at_by_beginning_it() =>
        BuiltinRunbooks.Find(BuiltinRunbooks.QingcloudUpgrade)!.Phases.SelectMany(p => p.Steps).Where(s => s.Kind is "bootstrap" or "vendor-script" or "upgrade-packages" or "set-guard" or "replace-installer").ShouldAllBe(s => !CheckPlan.MayLook(s));

    [Fact]
    public void A_verdict_is_what_a_rollout_would_make_of_it()
    {
        var why = Finding.Of("services-not-running", ("services", "zookeeper"));
        Of(StepResult.Succeeded()).Verdict.ShouldBe(CheckVerdict.Well);
        Of(StepResult.Succeeded(Finding.Of("zone-to-upgrade"))).Verdict.ShouldBe(CheckVerdict.Well);
        Of(StepResult.Succeeded(why)).Verdict.ShouldBe(CheckVerdict.Remark);
        Of(StepResult.Succeeded() with { AlreadyThere = true }).Verdict.ShouldBe(CheckVerdict.AlreadyThere);
        Of(StepResult.Ends(why)).Verdict.ShouldBe(CheckVerdict.Stops);
        Of(StepResult.Failed(why)).Verdict.ShouldBe(CheckVerdict.Asks);
        Of(StepResult.Failed(why)).Decision.ShouldBe(DecisionKind.FailedStep);
        Of(StepResult.Asks(new DecisionRequest { Kind = DecisionKind.RepoFindings, Step = "look", Question = why, Choices = [], Fingerprint = "" })).Decision.ShouldBe(DecisionKind.RepoFindings);
        Of(new StepResult { Outcome = StepOutcome.TimedOut }).Decision.ShouldBe(DecisionKind.TimedOut);
    }

    private static CheckedStep Of(StepResult result) => Verdicts.Of("look", result);
}
