using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.Asking;

public sealed class FailureMemoryTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 3, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_ended_badly_comes_first_with_where_and_what_failed_later()
    {
        var memory = FailureMemory.Of(
        [
            Past("a1", Choices.Retry, ZoneState.Succeeded),
            Past("cd1a", Choices.Yes, ZoneState.Succeeded, failedLater: "verify/services"),
            .. Enumerable.Range(1, 13).Select(n => Past($"z{n}", Choices.Yes, ZoneState.Succeeded)),
            Past("sh1a", Choices.Yes, ZoneState.Running),
        ]);
        memory.Select(m => m.Choice).ShouldBe([Choices.Yes, Choices.Retry]);
        memory[0].ShouldSatisfyAllConditions(m => m.Times.ShouldBe(15), m => m.Fine.ShouldBe(13), m => m.Bad.ShouldBe(1), m => m.Open.ShouldBe(1));
        memory[0].BadEnds.Single().ShouldSatisfyAllConditions(b => b.Zone.ShouldBe("cd1a"), b => b.What.ShouldBe("verify/services"), b => b.RolloutName.ShouldBe("march"), b => b.By.ShouldBe("ann"));
    }

    [Fact]
    public void What_failed_before_the_answer_is_not_its_fault_and_an_end_that_was_not_well_is()
    {
        FailureMemory.Of([Past("z1", Choices.Yes, ZoneState.Succeeded, failedBefore: "preflight/nodes")])[0].Fine.ShouldBe(1);
        FailureMemory.Of([Past("z1", Choices.Yes, ZoneState.Unknown)])[0].BadEnds.Single().What.ShouldBe("unknown");
        FailureMemory.Of([Past("z1", Choices.Yes, ZoneState.Aborted)])[0].ShouldSatisfyAllConditions(m => m.Open.ShouldBe(1), m => m.Bad.ShouldBe(0));
    }

    [Fact]
    public void What_an_errand_came_to_later_is_not_the_fault_of_an_answer_within_the_upgrade()
    {
        var past = Past("z1", Choices.Yes, ZoneState.Succeeded, failedLater: "readmit-nodes/update-nodes");
        FailureMemory.Of([past with { Upgrade = past.Upgrade with { EndedAt = At.AddHours(1) } }])[0].Fine.ShouldBe(1);
        FailureMemory.Of([past with { Upgrade = past.Upgrade with { State = ZoneState.Running, Errand = new Errand(Errand.ReadmitNodes, "ann", At.AddHours(1)) } }])[0].Fine.ShouldBe(1);
        FailureMemory.Of([past with { Upgrade = past.Upgrade with { EndedAt = At.AddHours(-9) } }])[0].BadEnds.Single().What.ShouldBe("readmit-nodes/update-nodes", "of an answer within the errand it is");
    }

    [Fact]
    public void Of_many_bad_ends_the_newest_are_named() =>
        FailureMemory.Of([.. Enumerable.Range(0, 9).Select(n => Past($"z{n}", Choices.Yes, ZoneState.Failed, days: n))])[0].ShouldSatisfyAllConditions(m => m.Bad.ShouldBe(9), m => m.BadEnds.Select(b => b.Zone).ShouldBe(["z8", "z7", "z6"]));

    private static PastAnswer Past(string zone, string choice, ZoneState state, string? failedLater = null, string? failedBefore = null, int days = 0)
    {
        var at = At.AddDays(days);
        var upgrade = new ZoneUpgrade
        {
            Id = Guid.NewGuid(),
            RolloutId = Guid.NewGuid(),
            Zone = zone,
            Package = Samples.Package,
            Runbook = new RunbookRef("qingcloud-upgrade", Samples.Runbook.Digest),
            State = state,
            Steps = [.. Failed(failedBefore, at.AddHours(-2)), .. Failed(failedLater, at.AddHours(2))],
        };
        var decision = new Decision
        {
            Id = Guid.NewGuid(),
            Kind = DecisionKind.Prompt,
            Phase = "upgrade-platform",
            Step = "upgrade-packages",
            Attempt = 1,
            Question = Finding.Of("prompt"),
            Choices = [Choices.Yes, Choices.No],
            Fingerprint = "f",
            AskedAt = at.AddMinutes(-1),
            State = DecisionState.Answered,
            Answer = new DecisionAnswer { Choice = choice, By = "ann", At = at },
        };
        return new PastAnswer(decision, upgrade, "march");
    }

    private static IEnumerable<StepRecord> Failed(string? where, DateTimeOffset at) => where?.Split('/') is [var phase, var step]
        ? [new StepRecord { Phase = phase, Step = step, Attempt = 1, Epoch = 1, StartedAt = at, EndedAt = at.AddMinutes(1), Outcome = StepOutcome.Failed }]
        : [];
}
