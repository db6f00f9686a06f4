namespace Fleet.EndToEnd.Tests.Faults;

[Collection(nameof(FaultParts))]
public sealed class CoordinatorFaultTests(FaultParts parts)
{
    [Fact]
    [Fault("The coordinator is killed (kill -9) while phases run, and started again", "zones go on without it; rows say what is owed, workers send their reports again", Core = true)]
    public async Task A_coordinator_killed_while_phases_run_owes_nothing_less_after_its_start()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();

        await site.Fleet.Coordinators[0].KillAsync();
        site.OpenGates();
        await site.ScriptEndsAsync(FaultSite.InPreUpgrade, "pre_upgrade.sh");
        await site.Fleet.Coordinators[0].StartAgainAsync(TestContext.Current.CancellationToken);

        await site.AllSucceedAsync();
    }

    [Fact]
    [Fault("Of two coordinators the leading one is frozen (SIGSTOP), then a worker dies; the frozen one wakes up", "the other leads after its time is over and expires the worker's leases; the old leader finds that it leads no more")]
    public async Task A_frozen_leader_is_replaced_and_two_never_lead()
    {
        await using var site = await FaultSite.StartAsync(parts, o => o with { Coordinators = 2 });
        await site.SpreadAsync();
        var killed = await site.HolderAsync(FaultSite.AtPrompt);

        site.Fleet.Coordinators[0].Signal("STOP");
        await site.Fleet.Worker(killed).KillAsync();
        await site.HolderAsync(FaultSite.AtPrompt, other: killed);
        site.OpenGates();
        await site.ScriptEndsAsync(FaultSite.InPreUpgrade, "pre_upgrade.sh");
        site.Fleet.Coordinators[0].Signal("CONT");

        await site.AllSucceedAsync();
    }
}
