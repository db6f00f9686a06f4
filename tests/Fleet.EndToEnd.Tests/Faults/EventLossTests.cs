using RabbitMQ.Client;

namespace Fleet.EndToEnd.Tests.Faults;

[Collection(nameof(FaultParts))]
public sealed class EventLossTests(FaultParts parts)
{
    private const string Events = "fleet-zone-upgrades";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Fault("The workers' reports are lost without a word, confirmed by the broker, for two leases, while heartbeats go on", "a worker keeps what is not recorded and sends it again; its heartbeats keep the lease: nothing is taken over")]
    public async Task Reports_lost_while_heartbeats_go_on_are_sent_again()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();
        await using var connection = await new ConnectionFactory { Uri = new Uri(site.Fleet.Options.BrokerUri!) }.CreateConnectionAsync(Cancellation);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancellation);

        // Another queue takes them, so that they count as delivered, and nobody reads it.
        var nowhere = await channel.QueueDeclareAsync("nowhere", durable: false, exclusive: true, autoDelete: true, cancellationToken: Cancellation);
        await channel.QueueBindAsync(nowhere.QueueName, Events, "", cancellationToken: Cancellation);
        await channel.QueueUnbindAsync(Events, Events, "", cancellationToken: Cancellation);
        site.OpenGates();
        await site.ScriptEndsAsync(FaultSite.InPreUpgrade, "pre_upgrade.sh");
        await site.OutlastAsync(2 * FaultSite.Lease);
        (await channel.MessageCountAsync(nowhere.QueueName, Cancellation)).ShouldBeGreaterThan(0u);
        await channel.QueueBindAsync(Events, Events, "", cancellationToken: Cancellation);
        await channel.QueueUnbindAsync(nowhere.QueueName, Events, "", cancellationToken: Cancellation);

        await site.AllSucceedAsync();
        (await site.AuditAsync("lease-expired")).ShouldBeEmpty(site.Outputs);
    }
}
