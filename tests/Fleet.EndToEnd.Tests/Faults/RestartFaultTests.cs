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
