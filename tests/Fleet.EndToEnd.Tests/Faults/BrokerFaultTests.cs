using Fleet.Testing;

namespace Fleet.EndToEnd.Tests.Faults;

[Collection(nameof(FaultParts))]
public sealed class BrokerFaultTests(FaultParts parts)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Fault("The broker is killed (kill -9) and started again", "zones go on; both sides connect again and send what is not acknowledged", Core = true)]
    public async Task A_broker_killed_and_restarted_costs_time_and_no_work()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();

        await parts.Broker.KillServerAsync();
        site.OpenGates();
        await site.ScriptEndsAsync(FaultSite.InPreUpgrade, "pre_upgrade.sh");
        await parts.Broker.StartServerAsync(Cancellation);

        await site.AllSucceedAsync();
    }

    [Fact]
    [Fault("All queues are purged while the coordinator does not read them, and every connection is closed", "what the messages said is in rows and in the workers' unrecorded reports; it is sent again")]
    public async Task Lost_messages_cost_time_and_no_work()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();

        site.Fleet.Coordinators[0].Signal("STOP");
        site.OpenGates();
        await site.ScriptEndsAsync(FaultSite.InPreUpgrade, "pre_upgrade.sh");
        await site.ScriptEndsAsync(FaultSite.InPostUpgrade, "post_upgrade.sh");
        var lost = 0;
        await Eventually.BeTrueAsync(async () => (lost = await parts.Broker.LoseMessagesAsync(site.VirtualHost, Cancellation)) > 0, FaultSite.Limit, Cancellation, () => site.Outputs);
        site.Fleet.Coordinators[0].Signal("CONT");

        await site.AllSucceedAsync();
    }

    [Fact]
    [Fault("Phases outlast the broker's consumer_timeout (60 s)", "no delivery is held while a phase runs: it is acknowledged when the phase is accepted")]
    public async Task A_phase_may_outlast_the_brokers_consumer_timeout()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();

        // The broker looks once a minute.
        await site.OutlastAsync(TimeSpan.FromSeconds(130));

        await site.AllSucceedAsync();
        foreach (var zone in site.Lab.Zones.Keys)
            (await site.AuditAsync("lease-expired", zone)).ShouldBeEmpty(zone);
    }
}
