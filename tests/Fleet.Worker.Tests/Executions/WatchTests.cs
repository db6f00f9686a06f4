using System.Diagnostics;
using Fleet.Contracts.Phases;
using Fleet.Testing;
using Fleet.Worker.Executions;

namespace Fleet.Worker.Tests.Executions;

/// <summary>A loop that undoes something once nobody has been there for longer than its limit: real sshd, real shell, limits of seconds.</summary>
public sealed class WatchTests(LocalSshd sshd) : IClassFixture<LocalSshd>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Token => RunnerZone.Token;

    [Fact]
    public async Task While_it_is_renewed_nothing_is_released_and_without_a_renewal_it_is_once()
    {
        await using var zone = new RunnerZone(sshd);
        var armed = await (await zone.AttachedAsync()).ArmAsync(Arm(zone, seconds: 6), Token);
        (armed.Refusal, armed.Status!.State, armed.Status.Limit).ShouldBe((Refusal.None, GuardWatchState.Armed, TimeSpan.FromSeconds(6)));

        var clock = Stopwatch.StartNew();
        await Eventually.BeTrueAsync(async () =>
        {
            (await zone.Runner.RenewAsync(Id(zone), 1, RunnerZone.Installation, Token)).Status!.ShouldSatisfyAllConditions(s => s.State.ShouldBe(GuardWatchState.Armed), s => s.Revived.ShouldBeFalse());
            return clock.Elapsed > TimeSpan.FromSeconds(15);
        }, Patience, Token);
        zone.EffectLines.ShouldBeEmpty();

        var told = await UntilAsync(zone, s => s.State == GuardWatchState.Released);
        (told.Outcome, told.HasActed).ShouldBe((GuardWatchOutcome.Released, true));
        told.OutcomeAt!.Value.ShouldBe(TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(2));
        await NoLoopAsync(zone);
        zone.EffectLines.ShouldBe(["released"]);
        File.ReadAllText(Path.Combine(Folder(zone), "log")).ShouldContain("released: all of it");
        // Whoever comes late finds it as it is.
        (await zone.Runner.RenewAsync(Id(zone), 1, RunnerZone.Installation, Token)).Status!.State.ShouldBe(GuardWatchState.Released);
    }

    [Theory]
    [InlineData("running")]
    [InlineData("orphan")]
    [InlineData("lost")]
    [InlineData("the plan")]
    [InlineData("another Fleet")]
    public async Task Nothing_is_released_while_something_stands_in_the_way_and_why_is_told(string what)
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        Task<StartReply>? following = what is "running" or "orphan" or "lost" ? await zone.BegunAsync("sleep 600") : null;
        if (what is "orphan" or "lost")
        {
            foreach (var process in (what == "orphan" ? (string[])["supervisor"] : ["supervisor", "script", "keeper", "sleep"]).SelectMany(p => UnknownEndTests.Of(zone, p)).ToList())
                Processes.Signal(process, "KILL");
            (await following!).Status.State.ToString().ShouldBe(what, StringCompareShould.IgnoreCase);
        }

        if (what == "the plan")
            await File.WriteAllTextAsync(Stands(zone), "hyper1 gives no whole answer\n", Token);
        // The other Fleet comes before the limit has passed, on a slow machine too.
        await zone.Runner.ArmAsync(Arm(zone, what == "another Fleet" ? 10 : 1), Token);
        if (what == "another Fleet")
            (await zone.Connect().AttachAsync(new AttachZone(2, "fleet-two", OverrideFence: true), Token)).Refusal.ShouldBe(Refusal.None);

        var kept = await UntilAsync(zone, s => s.Outcome == GuardWatchOutcome.Kept);
        kept.State.ShouldBe(GuardWatchState.Armed);
        kept.Why.ShouldBe(what switch
        {
            "the plan" => "hyper1 gives no whole answer",
            "another Fleet" => "the firstbox belongs to another Fleet now",
            _ => $"the execution {zone.Id} runs, or what became of it is not known",
        });
        zone.EffectLines.ShouldBeEmpty();
        if (what == "another Fleet")
            return;

        // Once a person has decided, or the way is free, it goes on.
        if (what == "running")
            (await zone.Runner.CancelAsync(zone.Id, 1, TimeSpan.Zero, Token)).Left.ShouldBe(0);
        else if (what == "the plan")
            File.Delete(Stands(zone));
        else
            (await zone.Runner.ResolveAsync(zone.Id, 1, "looked at", Token)).Refusal.ShouldBe(Refusal.None);
        await UntilAsync(zone, s => s.State == GuardWatchState.Released);
        zone.EffectLines.ShouldBe(["released"]);
    }

    [Fact]
    public async Task What_is_left_is_told_and_tried_again()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        await File.WriteAllTextAsync(Stands(zone) + ".left", "", Token);
        await zone.Runner.ArmAsync(Arm(zone), Token);

        var partly = await UntilAsync(zone, s => s is { Outcome: GuardWatchOutcome.Partly, Why: "hyper2: the flag is still there" });
        (partly.State, partly.HasActed).ShouldBe((GuardWatchState.Armed, true));
        await File.WriteAllTextAsync(Stands(zone), "something\n", Token);
        (await UntilAsync(zone, s => s.Why == "something")).Outcome.ShouldBe(GuardWatchOutcome.Partly, "what was begun stays begun");
        File.Delete(Stands(zone) + ".left");
        File.Delete(Stands(zone));
        await UntilAsync(zone, s => s.State == GuardWatchState.Released);
    }

    [Fact]
    public async Task Armed_twice_it_is_one_loop_and_armed_otherwise_the_new_one()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        await zone.Runner.ArmAsync(Arm(zone, seconds: 600), Token);
        var first = Loop(zone);
        await Eventually.BeTrueAsync(() => Loops(zone).SequenceEqual([first]), Patience, Token);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => zone.Connect().RenewAsync(Id(zone), 1, RunnerZone.Installation, Token)));
        (await zone.Runner.ArmAsync(Arm(zone, seconds: 600), Token)).Status!.State.ShouldBe(GuardWatchState.Armed);
        Loop(zone).ShouldBe(first);
        await Eventually.BeTrueAsync(() => Loops(zone).SequenceEqual([first]), Patience, Token);

        (await zone.Runner.ArmAsync(Arm(zone, release: "echo otherwise"), Token)).Status!.State.ShouldBe(GuardWatchState.Armed);
        await Eventually.BeTrueAsync(() => !Processes.Alive(first), Patience, Token);
        await UntilAsync(zone, s => s.State == GuardWatchState.Released);
        zone.EffectLines.ShouldBe(["otherwise"]);
    }

    [Fact]
    public async Task A_loop_that_is_gone_is_found_and_begun_again_by_a_renewal()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        await zone.Runner.ArmAsync(Arm(zone, seconds: 10), Token);
        Processes.Signal(Loop(zone), "KILL");
        await UntilAsync(zone, s => s.State == GuardWatchState.Stopped);

        var renewed = await zone.Connect().RenewAsync(Id(zone), 1, RunnerZone.Installation, Token);

        (renewed.Status!.State, renewed.Status.Revived).ShouldBe((GuardWatchState.Armed, true));
        await UntilAsync(zone, s => s.State == GuardWatchState.Released);
        zone.EffectLines.ShouldBe(["released"]);
    }

    [Fact]
    public async Task What_was_renewed_before_a_reboot_says_nothing()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        await zone.Runner.ArmAsync(Arm(zone, seconds: 600), Token);
        Relink(zone, "renewed", $"{Guid.NewGuid()},1");

        var status = (await zone.Runner.WatchAsync(Id(zone), Token)).Status!;

        (status.State, status.Age).ShouldBe((GuardWatchState.Armed, null));
    }

    [Fact]
    public async Task Disarmed_it_ends_and_a_late_renewal_arms_nothing()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        await zone.Runner.ArmAsync(Arm(zone, seconds: 600), Token);

        (await zone.Runner.DisarmAsync(Id(zone), 1, Token)).Status!.State.ShouldBe(GuardWatchState.Disarmed);
        (await zone.Runner.DisarmAsync(Id(zone), 1, Token)).Status!.State.ShouldBe(GuardWatchState.Disarmed);
        var late = await zone.Connect().RenewAsync(Id(zone), 1, RunnerZone.Installation, Token);

        (late.Status!.State, late.Status.Revived).ShouldBe((GuardWatchState.Disarmed, false));
        await NoLoopAsync(zone);
        zone.EffectLines.ShouldBeEmpty();
        (await zone.Runner.ArmAsync(Arm(zone), Token)).Status!.State.ShouldBe(GuardWatchState.Armed);
    }

    [Fact]
    public async Task A_lower_epoch_and_another_Fleet_change_nothing_and_a_renewal_raises_no_fence()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync(epoch: 7);
        await zone.Runner.ArmAsync(Arm(zone, seconds: 600, epoch: 7), Token);
        var other = zone.Connect();
        await other.AttachAsync(new AttachZone(7, RunnerZone.Installation), Token);

        (await zone.Runner.ArmAsync(Arm(zone, epoch: 6), Token)).ShouldSatisfyAllConditions(r => r.Refusal.ShouldBe(Refusal.Fenced), r => r.Detail.ShouldBe("7"));
        (await zone.Runner.RenewAsync(Id(zone), 6, RunnerZone.Installation, Token)).Refusal.ShouldBe(Refusal.Fenced);
        (await zone.Runner.DisarmAsync(Id(zone), 6, Token)).Refusal.ShouldBe(Refusal.Fenced);
        (await zone.Runner.RenewAsync(Id(zone), 9, "fleet-two", Token)).Refusal.ShouldBe(Refusal.ForeignInstallation);
        (await zone.Runner.RenewAsync(Id(zone), 9, RunnerZone.Installation, Token)).Status!.State.ShouldBe(GuardWatchState.Armed);

        (await zone.Runner.StatusAsync(zone.Id, Token)).Fence.ShouldBe(7);
        (await zone.Runner.WatchAsync(Id(zone), Token)).Status!.Limit.ShouldBe(TimeSpan.FromSeconds(600));
        await Eventually.BeTrueAsync(() => Loops(zone).SequenceEqual([Loop(zone)]), Patience, Token);
    }

    [Fact]
    public async Task Where_nothing_was_armed_there_is_nothing()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();

        (await zone.Runner.WatchAsync(Id(zone), Token)).Status!.State.ShouldBe(GuardWatchState.Absent);
        (await zone.Runner.RenewAsync(Id(zone), 1, RunnerZone.Installation, Token)).Status!.State.ShouldBe(GuardWatchState.Absent);
        (await zone.Runner.DisarmAsync(Id(zone), 1, Token)).Status!.State.ShouldBe(GuardWatchState.Absent);

        Directory.Exists(Path.Combine(zone.Root, "watch")).ShouldBeFalse();
        Loops(zone).ShouldBeEmpty();
    }

    private static ArmWatch Arm(RunnerZone zone, int seconds = 1, long epoch = 1, string release = "echo released") => new()
    {
        WatchId = Id(zone),
        Epoch = epoch,
        Limit = TimeSpan.FromSeconds(seconds),
        Plan = $"""
            case $1 in
            look) cat {Stands(zone)} 2>/dev/null; exit 0 ;;
            release)
              [ ! -e {Stands(zone)}.left ] || (echo "hyper2: the flag is still there"; exit 1) || exit
              {release} >>{zone.Effects}
              ;;
            esac
            """,
    };

    private static string Id(RunnerZone zone) => zone.Id.Replace(".step.1.main", ".rescue-disabled", StringComparison.Ordinal);

    private static string Folder(RunnerZone zone) => Path.Combine(zone.Root, "watch", Id(zone));

    private static string Stands(RunnerZone zone) => Path.Combine(zone.Root, "stands");

    private static int Loop(RunnerZone zone) => int.Parse(new FileInfo(Path.Combine(Folder(zone), "loop")).LinkTarget!.Split(',')[1]);

    /// <summary>With what it has just forked, for a moment.</summary>
    private static List<int> Loops(RunnerZone zone) => Processes.WithCommandLine($"{zone.Root} vigil {Id(zone)}");

    private static Task NoLoopAsync(RunnerZone zone) => Eventually.BeTrueAsync(() => Loops(zone).Count == 0, Patience, Token);

    private static async Task<WatchStatus> UntilAsync(RunnerZone zone, Func<WatchStatus, bool> condition)
    {
        WatchStatus? last = null;
        return await Eventually.GetAsync(
            async () =>
            {
                last = (await zone.Runner.WatchAsync(Id(zone), Token)).Status!;
                // Nothing comes after it.
                (last.State == GuardWatchState.Released && !condition(last)).ShouldBeFalse("it was released");
                return condition(last) ? last : null;
            },
            Patience, Token, () => $"{last}");
    }

    private static void Relink(RunnerZone zone, string mark, string value)
    {
        File.Delete(Path.Combine(Folder(zone), mark));
        File.CreateSymbolicLink(Path.Combine(Folder(zone), mark), value);
    }
}
