using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Worker.Phases;
using Fleet.Worker.Tests.Phases.Scripted;

namespace Fleet.Worker.Tests.Phases;

/// <summary>A zone that refuses this dispatch is not touched, and what has begun there is not called failed.</summary>
public sealed class FenceTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_zone_that_has_seen_a_newer_dispatch_is_not_touched()
    {
        var zone = Zone();
        zone.Fence = 9;
        var held = await HeldAsync(zone, Small.Command(epoch: 3));
        held.Decision.Question.Code.ShouldBe(FenceFindings.Higher);
        held.Decision.Question.Args[FenceFindings.Fence].ShouldBe("9");
        zone.Journal.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_zone_of_another_installation_is_not_touched_before_a_person_lets_us()
    {
        var zone = Zone();
        (zone.Installation, zone.Fence) = ("another", 9);
        var held = await HeldAsync(zone, Small.Command(epoch: 3));
        held.Decision.Question.Code.ShouldBe(FenceFindings.ForeignInstallation);
        held.Decision.Question.Args[FenceFindings.Fence].ShouldBe("9");
        zone.Journal.ShouldBeEmpty();

        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone);
        await worker.SendAsync(Small.Command(epoch: 10) with { OverrideFence = true });
        await worker.ReportAsync<PhaseSucceeded>();
        zone.Journal.ShouldBe(["run tool"]);
    }

    [Fact]
    public async Task A_zone_that_went_on_after_the_backup_that_we_come_from_is_not_touched()
    {
        var zone = Zone();
        zone.Fence = 9;
        var held = await HeldAsync(zone, Small.Command(epoch: 1000) with { KnownFence = 8 });
        held.Decision.Question.Code.ShouldBe(FenceFindings.Ahead);
        held.Decision.Question.Args[FenceFindings.Fence].ShouldBe("9");
        held.Decision.Question.Args["known"].ShouldBe("8");
        held.Decision.Choices.ShouldBe([Choices.Retry, Choices.Fail]);
        zone.Journal.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_step_that_was_begun_on_a_zone_that_cannot_be_looked_at_is_unknown_and_offers_no_second_start(bool fenced)
    {
        var zone = Zone();
        if (fenced)
            zone.Fence = 9;
        else
            zone.Refuses = true;
        var id = Guid.NewGuid();
        var held = await HeldAsync(zone, Small.Command(id, 3, Small.Entry("a", LedgerState.Started, 1, ExecutionIds.For(id, "a", 1, "main"))));
        held.Decision.Kind.ShouldBe(DecisionKind.UnknownOutcome);
        held.Decision.Choices.ShouldBe([Choices.CheckAgain, Choices.Fail]);
    }

    private static ScriptedZone Zone()
    {
        var zone = new ScriptedZone();
        zone.On("tool", "x\n");
        return zone;
    }

    private static async Task<PhaseHeld> HeldAsync(ScriptedZone zone, ExecutePhase command)
    {
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone);
        await worker.SendAsync(command);
        return await worker.ReportAsync<PhaseHeld>().WaitAsync(Cancel);
    }
}
