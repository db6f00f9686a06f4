namespace Fleet.EndToEnd.Tests.Faults;

[Collection(nameof(FaultParts))]
public sealed class DatabaseFaultTests(FaultParts parts)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Fault("PostgreSQL is killed (kill -9) and started again", "zones go on; reports wait unacknowledged until they are committed", Core = true)]
    public async Task A_database_killed_and_restarted_loses_nothing()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();

        await parts.Database.KillServerAsync(Cancellation);
        site.OpenGates();
        await site.ScriptEndsAsync(FaultSite.InPreUpgrade, "pre_upgrade.sh");
        await parts.Database.StartServerAsync(Cancellation);

        await site.AllSucceedAsync();
    }
}
