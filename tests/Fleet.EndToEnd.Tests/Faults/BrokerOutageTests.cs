namespace Fleet.EndToEnd.Tests.Faults;

[Collection(nameof(FaultParts))]
public sealed class BrokerOutageTests(FaultParts parts)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Fault("The broker is away for three leases", "an outage of ours is no worker's death: a full lease passes after the broker is back before any other takes over; no zone is taken over twice")]
    public async Task An_outage_longer_than_every_lease_starts_no_storm_of_takeovers()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();

        await parts.Broker.KillServerAsync();
        site.OpenGates();
        await site.OutlastAsync(3 * FaultSite.Lease);
        await parts.Broker.StartServerAsync(Cancellation);

        await site.AllSucceedAsync();
        foreach (var zone in site.Lab.Zones.Keys)
            (await site.AuditAsync("lease-expired", zone)).Count.ShouldBeLessThanOrEqualTo(1, zone + site.Outputs);
    }

    [Fact]
    [Fault("The broker is frozen (SIGSTOP) for 20 s", "as if every message were late; who lost its lease meanwhile lets go")]
    public async Task A_frozen_broker_makes_everything_late_and_nothing_wrong()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();

        await parts.Broker.SignalAsync("STOP", Cancellation);
        try
        {
            site.OpenGates();
            await site.OutlastAsync(TimeSpan.FromSeconds(20));
        }
        finally
        {
            await parts.Broker.SignalAsync("CONT", CancellationToken.None);
        }

        await site.AllSucceedAsync();
    }

    [Fact]
    [Fault("The broker's disk alarm blocks every publisher for two leases", "what cannot be published stays owed; zones go on")]
    public async Task A_disk_alarm_of_the_broker_blocks_publishers_and_loses_nothing()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();

        await parts.Broker.MustAsync(["set_disk_free_limit", "1000000000000000"], Cancellation);
        try
        {
            site.OpenGates();
            await site.OutlastAsync(2 * FaultSite.Lease);
        }
        finally
        {
            await parts.Broker.MustAsync(["set_disk_free_limit", "50MB"], CancellationToken.None);
        }

        await site.AllSucceedAsync();
    }
}
