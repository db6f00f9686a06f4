using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Probes;
using Fleet.Orchestration.Checks;

namespace Fleet.Orchestration.Tests.Checks;

public sealed class CheckRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 2, 0, 0, TimeSpan.Zero);
    private static readonly Finding Down = Finding.Of("services-not-running", ("services", "zookeeper (FATAL)"));

    [Fact]
    public void The_first_result_counts()
    {
        var first = CheckRules.Take(Asked, Result(Step(CheckVerdict.Asks, Down)), Now);
        var second = CheckRules.Take(first, Result(Step(CheckVerdict.Well)), Now.AddMinutes(1));
        second.ShouldBeSameAs(first);
        CheckRules.StateOf(second).ShouldBe(CheckState.Asks);
    }

    [Fact]
    public void What_nobody_tells_of_is_given_up_in_the_end_and_a_late_result_changes_nothing()
    {
        CheckRules.GiveUp(Asked, "default", Now + CheckRules.Patience - TimeSpan.FromSeconds(1)).ShouldBeSameAs(Asked);
        var given = CheckRules.GiveUp(Asked, "default", Now + CheckRules.Patience);
        CheckRules.StateOf(given).ShouldBe(CheckState.Unanswered);
        given.Unanswered!.Code.ShouldBe("check-unanswered");
        CheckRules.Take(given, Result(), Now.AddDays(1)).ShouldBeSameAs(given);
    }

    [Theory]
    [InlineData(CheckVerdict.Well, CheckVerdict.Skipped, CheckState.Well)]
    [InlineData(CheckVerdict.Well, CheckVerdict.Remark, CheckState.Remarks)]
    [InlineData(CheckVerdict.Remark, CheckVerdict.Asks, CheckState.Asks)]
    [InlineData(CheckVerdict.Asks, CheckVerdict.Stops, CheckState.Stops)]
    [InlineData(CheckVerdict.Well, CheckVerdict.AlreadyThere, CheckState.AlreadyThere)]
    [InlineData(CheckVerdict.Asks, CheckVerdict.AlreadyThere, CheckState.Asks)]
    public void The_worst_look_is_the_zones_verdict(CheckVerdict one, CheckVerdict other, CheckState expected) =>
        CheckRules.StateOf(CheckRules.Take(Asked, Result(Step(one), Step(other)), Now)).ShouldBe(expected);

    [Fact]
    public void A_way_that_is_not_well_is_no_zone_that_is_well() =>
        CheckRules.StateOf(CheckRules.Take(Asked, Result() with { Stages = [new ProbeStage("route", Finding.Of("ssh-unreachable"))] }, Now)).ShouldBe(CheckState.Unreachable);

    [Fact]
    public void What_is_new_and_what_is_gone_since_the_check_before_is_told_by_code_and_arguments()
    {
        var before = CheckRules.Take(Asked, Result(Step(CheckVerdict.Asks, Down.WithLines(["zookeeper FATAL 12:00"])), Step(CheckVerdict.Remark, Finding.Of("clock-off", ("seconds", "70"), ("which", "behind")))), Now);
        var now = CheckRules.Take(Asked, Result(Step(CheckVerdict.Asks, Down.WithLines(["zookeeper FATAL 13:00"])), Step(CheckVerdict.Asks, Finding.Of("nodes-silent", ("nodes", "h1"), ("count", "1"), ("of", "3")))), Now);
        var changes = CheckRules.Changes(now, before)!;
        changes.IsNew("look", Down).ShouldBeFalse("only the lines that show it differ");
        changes.New.ShouldBe(["look nodes-silent count=1 nodes=h1 of=3"]);
        changes.Gone.Select(g => g.Finding.Code).ShouldBe(["clock-off"]);
    }

    [Fact]
    public void Good_news_and_what_was_not_looked_at_are_no_change()
    {
        var before = CheckRules.Take(Asked, Result(Step(CheckVerdict.Skipped, Finding.Of("check-without-package", ("step", "versions")))), Now);
        var now = CheckRules.Take(Asked, Result(Step(CheckVerdict.Well, Finding.Of("zone-to-upgrade"))), Now);
        var changes = CheckRules.Changes(now, before)!;
        changes.New.ShouldBeEmpty();
        changes.Gone.ShouldBeEmpty();
    }

    [Fact]
    public void Without_a_result_before_nothing_is_compared()
    {
        var now = CheckRules.Take(Asked, Result(Step(CheckVerdict.Asks, Down)), Now);
        CheckRules.Changes(now, null).ShouldBeNull();
        CheckRules.Changes(now, CheckRules.GiveUp(Asked, "default", Now.AddDays(1))).ShouldBeNull();
    }

    private static ZoneCheck Asked { get; } = new() { Id = Guid.NewGuid(), CheckId = Guid.NewGuid(), Zone = "pek1a", Runbook = new RunbookRef("qingcloud-upgrade", "d"), AskedBy = "ops", AskedAt = Now };

    private static CheckedStep Step(CheckVerdict verdict, params IReadOnlyList<Finding> findings) => new("look", verdict, findings);

    private static ZoneChecked Result(params IReadOnlyList<CheckedStep> steps) => new()
    {
        ZoneCheckId = Asked.Id,
        Zone = Asked.Zone,
        WorkerId = "w1",
        StartedAt = Now,
        EndedAt = Now,
        Stages = [new ProbeStage("route", null)],
        Steps = steps,
    };
}
