using Fleet.Worker.Phases;
using Fleet.Worker.Phases.Leases;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Worker.Tests.Phases;

public sealed class LeaseTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_lease_counts_from_when_its_beat_was_sent()
    {
        using var lease = new Lease(_time, TimeSpan.FromSeconds(30));
        lease.IsHeld.ShouldBeFalse();
        var sent = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(10));
        lease.Renew(sent);
        lease.IsHeld.ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(20));
        lease.IsHeld.ShouldBeFalse();
    }

    [Fact]
    public void An_answer_that_overtook_another_does_not_shorten_the_lease()
    {
        using var lease = new Lease(_time, TimeSpan.FromSeconds(30));
        var early = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(10));
        lease.Renew(_time.GetTimestamp());
        lease.Renew(early);
        _time.Advance(TimeSpan.FromSeconds(25));
        lease.IsHeld.ShouldBeTrue();
    }

    [Fact]
    public async Task Whoever_waits_goes_on_when_the_lease_is_renewed_and_never_when_it_is_lost()
    {
        using var lease = new Lease(_time, TimeSpan.FromSeconds(30));
        var waiting = lease.WhenHeldAsync(CancellationToken.None);
        waiting.IsCompleted.ShouldBeFalse();
        lease.Renew(_time.GetTimestamp());
        await waiting;
        lease.Lose();
        await Should.ThrowAsync<OperationCanceledException>(() => lease.WhenHeldAsync(CancellationToken.None));
    }

    [Fact]
    public void A_steps_clock_stands_still_while_a_prompt_waits()
    {
        var clock = new StepClock(_time, TimeSpan.FromMinutes(10));
        _time.Advance(TimeSpan.FromMinutes(4));
        clock.Stand();
        clock.Stand();
        _time.Advance(TimeSpan.FromHours(9));
        clock.Left.ShouldBe(TimeSpan.FromMinutes(6));
        clock.GoOn();
        _time.Advance(TimeSpan.FromMinutes(5));
        clock.Left.ShouldBe(TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromMinutes(2));
        clock.Passed.ShouldBeTrue();
    }
}
