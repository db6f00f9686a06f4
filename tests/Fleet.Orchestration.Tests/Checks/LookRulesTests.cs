using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Probes;
using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Runbooks.Facts;

namespace Fleet.Orchestration.Tests.Checks;

/// <summary>What a check after an upgrade says of a zone's health.</summary>
public sealed class LookRulesTests
{
    [Fact]
    public void Only_what_was_fine_before_counts()
    {
        Look(bad: ["disk", "ntp"], before: ["ntp", "disk", "dns"]).Health.ShouldBe(LookHealth.Well);
        var worse = Look(bad: ["disk", "ntp", "hyper07 zfs"], before: ["ntp"]);
        worse.Health.ShouldBe(LookHealth.Worse);
        worse.Findings.Single().ShouldSatisfyAllConditions(f => f.Code.ShouldBe("wave-zone-unhealthy"), f => f.Args["count"].ShouldBe("2"), f => f.Args["zone"].ShouldBe("pek1a"), f => f.Lines.ShouldBe(["disk", "hyper07 zfs"]));
        Look(bad: ["disk"], before: null).Health.ShouldBe(LookHealth.Worse, "without a baseline every bad item counts");
        Look(bad: [], before: null).Health.ShouldBe(LookHealth.Well);
    }

    [Fact]
    public void A_service_that_is_down_makes_it_worse_and_other_questions_do_not()
    {
        var down = new CheckedStep("services", CheckVerdict.Asks, [Finding.Of("services-not-running", ("services", "webservice"))], DecisionKind.FailedStep);
        Look(bad: [], before: [], down).Findings.Single().Code.ShouldBe("wave-zone-services");
        Look(bad: [], before: [], new CheckedStep("repo-content", CheckVerdict.Asks, [Finding.Of("nodes-unreadable")], DecisionKind.RepoFindings)).Health.ShouldBe(LookHealth.Well);
    }

    [Fact]
    public void What_could_not_be_seen_is_unknown()
    {
        var check = Check(null);
        Of(check with { Unanswered = Finding.Of("check-zone-under-way", ("zone", "pek1a")) }).Health.ShouldBe(LookHealth.Unknown);
        Of(Check(Result([], ["disk"]) with { Stages = [new ProbeStage("login", Finding.Of("nodes-unreadable"))] })).Health.ShouldBe(LookHealth.Unknown);
        var failed = Result([new CheckedStep("baseline", CheckVerdict.Asks, [Finding.Of("nodes-unreadable")], DecisionKind.FailedStep)], null);
        Of(Check(failed)).ShouldSatisfyAllConditions(l => l.Health.ShouldBe(LookHealth.Unknown), l => l.Findings.Single().Code.ShouldBe("wave-zone-not-looked-at"));
    }

    private static ZoneLook Look(IReadOnlyList<string> bad, IReadOnlyList<string>? before, params IReadOnlyList<CheckedStep> steps) =>
        LookRules.Of(Check(Result(steps, bad)), before is null ? null : new HealthBaseline(100, before), Samples.Runbook);

    private static ZoneLook Of(ZoneCheck check) => LookRules.Of(check, new HealthBaseline(100, []), Samples.Runbook);

    private static ZoneCheck Check(ZoneChecked? result) => new()
    {
        Id = Guid.NewGuid(),
        CheckId = Guid.NewGuid(),
        Zone = "pek1a",
        Runbook = new RunbookRef("qingcloud-upgrade", Samples.Runbook.Digest),
        AskedBy = "coordinator",
        AskedAt = default,
        EndedAt = default(DateTimeOffset),
        Result = result,
    };

    private static ZoneChecked Result(IReadOnlyList<CheckedStep> steps, IReadOnlyList<string>? bad) => new()
    {
        ZoneCheckId = Guid.NewGuid(),
        Zone = "pek1a",
        WorkerId = "w",
        StartedAt = default,
        EndedAt = default,
        Stages = [new ProbeStage("login", null)],
        Steps = steps,
        Facts = bad is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [HealthBaseline.Fact] = new HealthBaseline(100, bad).ToFact() },
    };
}
