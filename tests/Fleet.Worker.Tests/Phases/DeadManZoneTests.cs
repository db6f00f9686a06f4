using Fleet.Contracts;
using Fleet.Contracts.Guards;
using Fleet.Contracts.Phases;
using Fleet.Testing;
using Fleet.Worker.Tests.Phases.Scripted;
using Fleet.ZoneLab;

namespace Fleet.Worker.Tests.Phases;

/// <summary>A zone that allows the dead-man's rule, through the engine: armed with the guard, renewed by messages without a phase, disarmed with the release.</summary>
public sealed class DeadManZoneTests
{
    private const string Guard = "rescue-disabled";
    private static readonly string[] Phases = [.. LabConductor.Runbook.Phases.Where(p => p.Name != "global-website").Select(p => p.Name)];
    private static readonly DateTimeOffset Asked = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rule_is_armed_with_its_guard_renewed_by_any_worker_and_disarmed_with_the_release()
    {
        await using var lab = await Lab.StartAsync(new LabOptions { Zones = [new ZoneSpec("pek1a")] }, Cancel);
        var zone = lab.Zones["pek1a"];
        await using var worker = await WorkerUnderTest.StartRealAsync(LabConductor.Runbook, lab.Package.Path);
        var conductor = new LabConductor(lab, zone) { DeadMan = TimeSpan.FromHours(8) };
        foreach (var phase in Phases.TakeWhile(p => p != "upgrade-platform"))
            (await conductor.RunAsync(worker, phase)).ShouldBeOfType<PhaseSucceeded>(worker.Coordinator.Told());
        conductor.Guards[Guard].Watch.ShouldNotBeNull().ShouldSatisfyAllConditions(w => w.State.ShouldBe(GuardWatchState.Armed), w => w.Limit.ShouldBe(TimeSpan.FromHours(8)));
        const string LongAgo = "cd /var/lib/fleet/watch/* && ln -sfn \"$(cat /proc/sys/kernel/random/boot_id),1\" renewed && readlink renewed";
        var before = (await zone.RunAsync(LongAgo, Cancel)).Output;

        // No phase is at work. It comes twice, and from a coordinator that the zone has gone on without.
        await RenewAsync(worker, conductor, 1);
        await ToldAsync(worker, r => r.AskedAt == Asked.AddMinutes(1));
        (await zone.RunAsync("readlink /var/lib/fleet/watch/*/renewed", Cancel)).Output.ShouldNotBe(before);
        await RenewAsync(worker, conductor, 2, epoch: conductor.Epoch - 1);
        await zone.RunAsync("kill $(readlink /var/lib/fleet/watch/*/loop | cut -d, -f2)", Cancel);
        await Eventually.BeTrueAsync(
            async () =>
            {
                await RenewAsync(worker, conductor, 3);
                return worker.Coordinator.Renewed.Any(r => r.AskedAt == Asked.AddMinutes(3));
            },
            WorkerUnderTest.Soon, Cancel);
        worker.Coordinator.Renewed.First(r => r.AskedAt == Asked.AddMinutes(3)).ShouldSatisfyAllConditions(
            r => r.State.ShouldBe(GuardWatchState.Armed), r => r.Revived.ShouldBeTrue(), r => r.WatchId.ShouldBe($"{conductor.Id:N}.{Guard}"), r => r.WorkerId.ShouldBe(worker.Options.WorkerId));
        worker.Coordinator.Renewed.ShouldNotContain(r => r.AskedAt == Asked.AddMinutes(2), "a lower epoch renews nothing");

        foreach (var phase in Phases.SkipWhile(p => p != "upgrade-platform"))
            (await conductor.RunAsync(worker, phase)).ShouldBeOfType<PhaseSucceeded>(worker.Coordinator.Told());
        conductor.Guards[Guard].ShouldSatisfyAllConditions(g => g.Released.ShouldBeTrue(), g => g.Watch!.State.ShouldBe(GuardWatchState.Disarmed));
        await RenewAsync(worker, conductor, 4);
        (await ToldAsync(worker, r => r.AskedAt == Asked.AddMinutes(4))).ShouldSatisfyAllConditions(r => r.State.ShouldBe(GuardWatchState.Disarmed), r => r.Revived.ShouldBeFalse());
        await Eventually.BeTrueAsync(async () => (await zone.RunAsync("ps -eww -o args= | grep -c '[r]unner-.* vigil '", Cancel)).Output.Trim() == "0", WorkerUnderTest.Soon, Cancel);
    }

    private static async Task<WatchRenewed> ToldAsync(WorkerUnderTest worker, Func<WatchRenewed, bool> which) =>
        await Eventually.GetAsync(() => Task.FromResult(worker.Coordinator.Renewed.FirstOrDefault(which)), WorkerUnderTest.Soon, Cancel);

    private static Task RenewAsync(WorkerUnderTest worker, LabConductor conductor, int minute, long? epoch = null) => worker.ToPoolAsync(new RenewWatch
    {
        Contract = ContractNumber.Current,
        ZoneUpgradeId = conductor.Id,
        Guard = Guard,
        WatchId = $"{conductor.Id:N}.{Guard}",
        Zone = "pek1a",
        Installation = "lab-test",
        Epoch = epoch ?? conductor.Epoch,
        Connection = conductor.Connection,
        AskedAt = Asked.AddMinutes(minute),
    });
}
