using Microsoft.Data.Sqlite;

namespace Fleet.EndToEnd.Tests.Faults;

[Collection(nameof(FaultParts))]
public sealed class SqliteFaultTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Fault("The SQLite file is locked by another for 10 s", "who writes waits; what waited too long comes again")]
    public async Task A_locked_sqlite_file_is_waited_for()
    {
        await using var site = await FaultSite.EmbeddedAsync();
        await site.SpreadAsync();

        await using (var other = new SqliteConnection($"Data Source={Path.Combine(site.Process.Data, "fleet.db")};Pooling=false"))
        {
            await other.OpenAsync(Cancellation);
            await using var begin = other.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            await begin.ExecuteNonQueryAsync(Cancellation);
            site.OpenGates();
            await site.OutlastAsync(TimeSpan.FromSeconds(10));
        }

        await site.AllSucceedAsync();
    }

    [Fact]
    [Fault("The disk under SQLite is full for two leases", "nothing is decided that cannot be committed; it goes on when there is room")]
    public async Task A_full_disk_under_sqlite_stops_deciding_and_loses_nothing()
    {
        await using var disk = await SmallDisk.MountAsync(64 * 1024 * 1024, Cancellation);
        await using var site = await FaultSite.EmbeddedAsync(disk.Path);
        await site.SpreadAsync();

        disk.Fill();
        site.OpenGates();
        await site.OutlastAsync(2 * FaultSite.Lease);
        disk.Free();

        await site.AllSucceedAsync();
    }
}
