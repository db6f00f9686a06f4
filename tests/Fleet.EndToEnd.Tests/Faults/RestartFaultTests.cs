using Fleet.EndToEnd.Tests.Harness;

namespace Fleet.EndToEnd.Tests.Faults;

[Collection(nameof(FaultParts))]
public sealed class RestartFaultTests(FaultParts parts)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Fault("The embedded default, all in one process, is killed (kill -9) and started again", "zones go on meanwhile; their executions are found again from the rows", Core = true)]
    public async Task Everything_killed_at_once_on_the_embedded_default_is_found_again()
    {
        await using var site = await FaultSite.EmbeddedAsync();
        await site.SpreadAsync();

        await site.Process.KillAsync();
        site.OpenGates();
        await site.ScriptEndsAsync(FaultSite.InPreUpgrade, "pre_upgrade.sh");
        await site.Process.StartAgainAsync(Cancellation);

        await site.AllSucceedAsync();
    }

    [Fact]
    [Fault("Coordinator, workers, broker and PostgreSQL are all killed (kill -9) at once and started again", "zones go on meanwhile; their executions are found again from the rows, and what was in queues from what rows owe")]
    public async Task Everything_killed_at_once_in_a_distributed_Fleet_is_found_again()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();
        FleetServer[] all = [.. site.Fleet.Coordinators, .. site.Fleet.Workers];

        await Task.WhenAll([.. all.Select(p => p.KillAsync()), parts.Broker.KillServerAsync(), parts.Database.KillServerAsync(Cancellation)]);
        site.OpenGates();
        await site.ScriptEndsAsync(FaultSite.InPreUpgrade, "pre_upgrade.sh");
        await Task.WhenAll(parts.Broker.StartServerAsync(Cancellation), parts.Database.StartServerAsync(Cancellation));
        await Task.WhenAll(all.Select(p => p.StartAgainAsync(Cancellation)));

        await site.AllSucceedAsync();
    }

    [Fact]
    [Fault("Every process is restarted in turn by SIGTERM during a rollout", "each lets go of what it holds and ends well; what it held is taken over")]
    public async Task A_rolling_restart_of_every_process_loses_nothing()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();

        foreach (var process in (FleetServer[])[.. site.Fleet.Workers, .. site.Fleet.Coordinators])
        {
            (await process.StopAsync(Cancellation)).ShouldBe(0, process.Output);
            await process.StartAgainAsync(Cancellation);
        }

        await site.AllSucceedAsync();
    }
}
