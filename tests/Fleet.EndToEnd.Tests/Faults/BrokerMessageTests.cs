namespace Fleet.EndToEnd.Tests.Faults;

[Collection(nameof(FaultParts))]
public sealed class BrokerMessageTests(FaultParts parts)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Fault("The binding of the coordinator's queue is deleted, and made again later", "messages that no queue takes come back to their sender and are sent again")]
    public async Task A_deleted_binding_returns_messages_to_their_senders()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();

        await parts.Broker.MustAsync(["eval", Binding("remove", site.VirtualHost)], Cancellation);
        site.OpenGates();
        await site.ScriptEndsAsync(FaultSite.InPreUpgrade, "pre_upgrade.sh");
        await parts.Broker.MustAsync(["eval", Binding("add", site.VirtualHost)], Cancellation);

        await site.AllSucceedAsync();
    }

    [Fact]
    [Fault("Every message to coordinator and workers comes 50 times more (a heartbeat twice), out of order, among poisoned ones", "what was handled is known by its epoch and number; what nobody can read or nobody sealed is refused")]
    public async Task Doubled_shuffled_and_poisoned_messages_change_nothing()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await using var echo = await MessageEcho.StartAsync(new Uri(site.Fleet.Options.BrokerUri!), times: 50, Cancellation);
        await site.SpreadAsync();

        await echo.PoisonAsync(Cancellation);

        await site.AllSucceedAsync();
        echo.Echoed.ShouldBeGreaterThan(500);
    }

    private static string Binding(string verb, string virtualHost) => $$"""
        V = <<"{{virtualHost}}">>, N = <<"fleet-zone-upgrades">>,
        ok = rabbit_binding:{{verb}}({binding, rabbit_misc:r(V, exchange, N), <<>>, rabbit_misc:r(V, queue, N), []}, <<"test">>).
        """;
}
