using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Testing;
using Fleet.Worker.Executions;

namespace Fleet.Worker.Tests.Steps;

/// <summary>The dead-man's rule on simulated zones: the real plan, the real runner, limits of seconds.</summary>
public sealed class DeadManLabTests
{
    private const string Flag = "/pitrix/conf/disable_hyperpair_rescue";
    private const string Guard = "rescue-disabled";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_zone_that_does_not_allow_it_gets_neither_a_folder_nor_a_process()
    {
        await using var zone = await LabSteps.ZoneAsync("package-on-firstbox");
        await zone.DoneAsync("prepare-platform", "disable-rescue");

        zone.Guards[Guard].Watch.ShouldBeNull();
        (await zone.WatchAsync()).State.ShouldBe(GuardWatchState.Absent);
        zone.Zone.Exists("/var/lib/fleet/watch").ShouldBeFalse();
        (await LoopsAsync(zone)).ShouldBe("0");
        await zone.DoneAsync("restore-rescue", "enable-rescue");
        zone.Zone.Exists("/var/lib/fleet/watch").ShouldBeFalse();
    }

    [Fact]
    public async Task Without_Fleet_exactly_what_the_guard_set_is_released_and_Fleet_is_told()
    {
        await using var zone = await LabSteps.ZoneAsync("site-rescue-flag");
        zone.DeadMan = Limit;
        await zone.DoneAsync("prepare-platform", "disable-rescue");
        zone.RecordedBefore.ShouldHaveSingleItem().Watch!.State.ShouldBe(GuardWatchState.Planned, "who comes after a worker that died has to know of it");
        (await zone.WatchAsync()).Limit.ShouldBe(Limit);
        zone.Guards[Guard].Watch!.ShouldSatisfyAllConditions(w => w.State.ShouldBe(GuardWatchState.Armed), w => w.Limit.ShouldBe(Limit));

        await UntilAsync(zone, w => w.State == GuardWatchState.Released);
        zone.Zone.NodesWith(Flag).ShouldBe([$"{zone.Zone.Name}-hyper2"], "a flag that the site had put there stays");
        (await zone.OnZoneAsync("ls /pitrix/conf/nodes | grep fleet || true")).ShouldBe("");

        var missing = (await zone.MissingGuardAsync(Guard)).ShouldNotBeNull();
        missing.ShouldSatisfyAllConditions(m => m.Code.ShouldBe("guard-undone"), m => m.Args["nodes"].ShouldBe($"{zone.Zone.Name}-hyper1"), m => m.Args["limit"].ShouldBe("2s"));
        var removals = zone.Commands.Count(c => c.Contains("rm -f", StringComparison.Ordinal));
        var released = await zone.DoneAsync("restore-rescue", "enable-rescue");
        released.Findings.ShouldContain(f => f.Code == "watch-released");
        zone.Commands.Count(c => c.Contains("rm -f", StringComparison.Ordinal)).ShouldBe(removals, "what is released is not released again");
        zone.Guards[Guard].ShouldSatisfyAllConditions(g => g.Released.ShouldBeTrue(), g => g.Watch!.Outcome.ShouldBe(GuardWatchOutcome.Released));
        zone.Zone.NodesWith(Flag).ShouldBe([$"{zone.Zone.Name}-hyper2"]);
    }

    [Fact]
    public async Task A_flag_that_came_back_after_the_rule_acted_is_not_ours_and_a_guard_that_is_set_again_is()
    {
        await using var zone = await LabSteps.ZoneAsync("package-on-firstbox");
        zone.DeadMan = Limit;
        await zone.DoneAsync("prepare-platform", "disable-rescue");
        await UntilAsync(zone, w => w.State == GuardWatchState.Released);
        await zone.OnZoneAsync($"touch /run/lab/nodes/{zone.Zone.Name}-hyper1{Flag}");

        var released = await zone.DoneAsync("restore-rescue", "enable-rescue");
        released.Findings.ShouldContain(f => f.Code == "watch-flags-since" && f.Args["nodes"] == $"{zone.Zone.Name}-hyper1");
        zone.Zone.NodesWith(Flag).ShouldBe([$"{zone.Zone.Name}-hyper1"]);

        await zone.OnZoneAsync($"rm /run/lab/nodes/{zone.Zone.Name}-hyper1{Flag}");
        zone.DeadMan = TimeSpan.FromHours(1);
        await zone.DoneAsync("prepare-platform", "disable-rescue");
        (await zone.WatchAsync()).ShouldSatisfyAllConditions(w => w.State.ShouldBe(GuardWatchState.Armed), w => w.Outcome.ShouldBe(GuardWatchOutcome.None));
        await zone.DoneAsync("restore-rescue", "enable-rescue");
        zone.Zone.NodesWith(Flag).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_release_disarms_it_and_a_guard_that_stays_keeps_it()
    {
        await using var zone = await LabSteps.ZoneAsync("package-on-firstbox");
        zone.DeadMan = TimeSpan.FromHours(8);
        await zone.DoneAsync("prepare-platform", "disable-rescue");
        var loop = await zone.OnZoneAsync("readlink /var/lib/fleet/watch/*/loop");
        // The step once more: the same rule, the same loop.
        await zone.DoneAsync("prepare-platform", "disable-rescue");
        (await zone.OnZoneAsync("readlink /var/lib/fleet/watch/*/loop")).ShouldBe(loop);
        await Eventually.BeTrueAsync(async () => await LoopsAsync(zone) == "1", Patience, Token);

        await zone.OnZoneAsync("touch /pitrix/upgrade/pre_upgrade.Done");
        (await zone.RunAsync("restore-rescue", "enable-rescue")).Decision.ShouldNotBeNull().Kind.ShouldBe(DecisionKind.Guard);
        (await zone.WatchAsync()).State.ShouldBe(GuardWatchState.Armed, "nothing was released");

        await zone.OnZoneAsync("rm /pitrix/upgrade/pre_upgrade.Done");
        await zone.DoneAsync("restore-rescue", "enable-rescue");
        (await zone.WatchAsync()).State.ShouldBe(GuardWatchState.Disarmed);
        zone.Guards[Guard].Watch!.State.ShouldBe(GuardWatchState.Disarmed);
        await Eventually.BeTrueAsync(async () => await LoopsAsync(zone) == "0", Patience, Token);
    }

    [Fact]
    public async Task A_release_that_does_not_come_to_its_end_arms_it_again()
    {
        await using var zone = await LabSteps.ZoneAsync("package-on-firstbox");
        zone.DeadMan = TimeSpan.FromHours(8);
        await zone.DoneAsync("prepare-platform", "disable-rescue");
        var flag = $"/run/lab/nodes/{zone.Zone.Name}-hyper1{Flag}";
        await zone.OnZoneAsync($"rm {flag} && mkdir {flag}");

        var failed = await zone.RunAsync("restore-rescue", "enable-rescue");
        failed.Findings[0].ShouldSatisfyAllConditions(f => f.Code.ShouldBe("guard-not-released"), f => f.Args["nodes"].ShouldBe($"{zone.Zone.Name}-hyper1"));
        zone.Guards[Guard].ShouldSatisfyAllConditions(g => g.Released.ShouldBeFalse(), g => g.Watch!.State.ShouldBe(GuardWatchState.Armed));
        (await zone.WatchAsync()).State.ShouldBe(GuardWatchState.Armed);

        await zone.OnZoneAsync($"rmdir {flag}");
        await zone.DoneAsync("restore-rescue", "enable-rescue");
        (await zone.WatchAsync()).State.ShouldBe(GuardWatchState.Disarmed);
    }

    [Theory]
    [InlineData("pre_upgrade", "pre_upgrade.Done is there")]
    [InlineData("upgrade_pkgs", "upgrade_pkgs.Done is there")]
    [InlineData("new_upgrade", "new_upgrade stands in version.json")]
    [InlineData("torn version.json", "version.json cannot be read")]
    [InlineData("away", "-hyper2 gives no whole answer")]
    [InlineData("half installed", "-hyper2: its packages are not installed whole")]
    [InlineData("a person's script", "/root/bootstrap/upgrade.sh (")]
    [InlineData("an execution", "runs, or what became of it is not known")]
    public async Task It_releases_nothing_while_something_stands_in_the_way(string what, string why)
    {
        await using var zone = await LabSteps.ZoneAsync("package-on-firstbox");
        zone.DeadMan = Limit;
        var hyper = $"{zone.Zone.Name}-hyper2";
        var versions = zone.Zone.Read("/pitrix/version.json");
        // Beforehand: its time may pass while the way is still free.
        await zone.OnZoneAsync("touch /pitrix/upgrade/pre_upgrade.Done");
        await zone.DoneAsync("prepare-platform", "disable-rescue");
        var running = "";
        switch (what)
        {
            case "upgrade_pkgs": await zone.OnZoneAsync("touch /pitrix/upgrade/upgrade_pkgs.Done"); break;
            case "new_upgrade": zone.Zone.Write("/pitrix/version.json", versions.Replace("\"upgrade\":", "\"old_upgrade\": \"20180101\", \"new_upgrade\":", StringComparison.Ordinal)); break;
            case "torn version.json": zone.Zone.Write("/pitrix/version.json", versions[..(versions.LastIndexOf('}') - 1)]); break;
            case "away": zone.Zone.SetReachable(hyper, false); break;
            case "half installed":
                await zone.OnZoneAsync($"cp -a /var/lib/dpkg /run/lab/nodes/{hyper}/dpkg && sed -i '0,/install ok installed/s//install ok half-configured/' /run/lab/nodes/{hyper}/dpkg/status");
                break;
            case "a person's script":
                await zone.OnZoneAsync("mkdir -p /root/bootstrap; printf 'while [ ! -e /root/go ]; do sleep 0.1; done\\n' >/root/bootstrap/upgrade.sh; setsid bash -e /root/bootstrap/upgrade.sh </dev/null >/dev/null 2>&1 &");
                break;
            case "an execution": (running, _) = await zone.BeginAsync("sleep 600"); break;
        }

        if (what == "an execution")
            await UntilAsync(zone, w => w.Why?.Contains(why, StringComparison.Ordinal) == true);
        if (what != "pre_upgrade")
            await zone.OnZoneAsync("rm /pitrix/upgrade/pre_upgrade.Done");

        var kept = await UntilAsync(zone, w => w.Outcome == GuardWatchOutcome.Kept && w.Why?.Contains(why, StringComparison.Ordinal) == true && (what == "pre_upgrade" || !w.Why.Contains("pre_upgrade", StringComparison.Ordinal)));
        kept.State.ShouldBe(GuardWatchState.Armed);
        zone.Zone.NodesWith(Flag).Count.ShouldBe(2);
        zone.Commands.ShouldNotContain(c => c.Contains("rm -f", StringComparison.Ordinal), "nothing was begun");

        await zone.OnZoneAsync("rm -f /pitrix/upgrade/*.Done; touch /root/go");
        zone.Zone.Write("/pitrix/version.json", versions);
        zone.Zone.SetReachable(hyper, true);
        if (what == "half installed")
            await zone.OnZoneAsync($"sed -i 's/install ok half-configured/install ok installed/' /run/lab/nodes/{hyper}/dpkg/status");
        if (running.Length > 0)
            (await zone.CancelAsync(running)).Left.ShouldBe(0);
        await UntilAsync(zone, w => w.State == GuardWatchState.Released);
        zone.Zone.NodesWith(Flag).ShouldBeEmpty();
    }

    /// <summary>With what they have just forked, for a moment.</summary>
    private static Task<string> LoopsAsync(LabStep zone) => zone.OnZoneAsync("ps -eww -o args= | grep -c '[r]unner-.* vigil ' || true");

    private static async Task<WatchStatus> UntilAsync(LabStep zone, Func<WatchStatus, bool> condition)
    {
        WatchStatus? last = null;
        return await Eventually.GetAsync(
            async () =>
            {
                last = await zone.WatchAsync();
                // Nothing comes after it.
                (last.State == GuardWatchState.Released && !condition(last)).ShouldBeFalse("it was released");
                return condition(last) ? last : null;
            },
            Patience, Token, () => $"{last}");
    }
}
