using Fleet.Testing;

namespace Fleet.EndToEnd.Tests;

public sealed class PartsTests
{
    [Fact]
    public async Task A_private_broker_and_a_private_database_start_and_stop()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var database = await PostgresCluster.StartAsync(cancellation);
        (await database.CreateDatabaseAsync(cancellation)).ShouldContain("Database=fleet_");

        await using var broker = await RabbitMqNode.StartAsync(cancellation);
        var (code, output) = await broker.ControlAsync(["list_queues"], cancellation);
        code.ShouldBe(0, output);
    }
}
