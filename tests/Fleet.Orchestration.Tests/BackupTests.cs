using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Store.Backup;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Fleet.Orchestration.Tests;

/// <summary>The store into files and back, on both databases.</summary>
public sealed class BackupTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_store_comes_back_as_it_was_and_nobody_holds_what_was_held(string provider)
    {
        var settings = await SettingsAsync(provider, "first");
        StoreCopy copy;
        RolloutView rollout;
        ZoneUpgrade before;
        string installation;
        await using (var fleet = await Coordinator.StartAsync([new FakeWorker("w1") { Hears = _ => false }], settings))
        {
            await fleet.SeedAsync(Samples.Zone("a"), Samples.Zone("b"));
            rollout = await fleet.StartRolloutAsync(["a"]);
            await Eventually.BeTrueAsync(async () => (await fleet.RowAsync("a")).IsDispatched, Coordinator.Limit, default);
            installation = fleet.Service<Installation>().Id;
            before = await fleet.RowAsync("a");
            copy = await StoreBackups.TakeAsync(Configuration(settings), NewFolder("copy"), default);
        }

        copy.Installation.ShouldBe(installation);
        var empty = await SettingsAsync(provider, "second");
        (await StoreBackups.WhyNotAsync(Configuration(empty), copy, default)).ShouldBeNull();
        var restored = await StoreBackups.RestoreAsync(Configuration(empty), copy, At("copy"), DateTimeOffset.UnixEpoch, "ann", default);

        restored.Zones.ShouldBe(["a"]);
        restored.Paused.ShouldBe([rollout.Name]);
        restored.FirstEpoch.ShouldBeGreaterThan(before.Epoch + 999_999);
        await using var again = await Coordinator.StartAsync([new FakeWorker("w2")], empty);
        again.Service<Installation>().ShouldSatisfyAllConditions(i => i.Id.ShouldBe(installation), i => i.FirstEpoch.ShouldBe(restored.FirstEpoch));
        (await again.Zones.ListAsync(null, default)).Select(z => z.Zone.Name).ShouldBe(["a", "b"]);
        var audit = await again.Service<Audit.IAudit>().ListAsync(new Audit.AuditFilter(), default);
        audit.ShouldContain(a => a.Entry.Code == "store-restored" && a.Entry.Actor == "ann");
        audit.ShouldContain(a => a.Entry.Code == "dispatch-lost");
        audit.ShouldContain(a => a.Entry.Code == "rollout-paused-after-restore" && a.Entry.Actor == "ann");
        (await again.Rollouts.FindAsync(rollout.Name, default)).Value!.ShouldSatisfyAllConditions(r => r.State.ShouldBe(RolloutState.Paused), r => r.Reason!.Code.ShouldBe("paused-after-restore"));
        (await again.Rollouts.ResumeAsync(rollout.Name, "ann", default)).Problems.ShouldBeEmpty();
        // Numbers go on behind those that were there, and the work goes on above every epoch.
        await Eventually.BeTrueAsync(async () => (await again.RowAsync("a")).IsEnded, Coordinator.Limit, default);
        var row = await again.RowAsync("a");
        (row.State, row.Epoch >= restored.FirstEpoch, row.KnownFence >= before.Epoch).ShouldBe((ZoneState.Succeeded, true, true));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_store_that_is_there_is_never_overwritten(string provider)
    {
        var settings = await SettingsAsync(provider, "first");
        await using (var fleet = await Coordinator.StartAsync([], settings))
            await fleet.SeedAsync(Samples.Zone("a"));
        var copy = await StoreBackups.TakeAsync(Configuration(settings), NewFolder("copy"), default);

        (await StoreBackups.WhyNotAsync(Configuration(settings), copy, default)).ShouldNotBeNull().ShouldContain("empty");
        (await StoreBackups.WhyNotAsync(Configuration(await SettingsAsync(provider == "sqlite" ? "postgres" : "sqlite", "other")), copy, default)).ShouldNotBeNull().ShouldContain($"Fleet__Store__Provider={provider}");
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Where_no_store_is_nothing_is_backed_up(string provider) =>
        (await Should.ThrowAsync<StoreBackupException>(async () => await StoreBackups.TakeAsync(Configuration(await SettingsAsync(provider, "none")), NewFolder("copy"), default)))
            .Message.ShouldContain("There is no store of Fleet");

    [Fact]
    public async Task A_restore_that_was_interrupted_leaves_no_store_that_a_Fleet_would_open()
    {
        var settings = await SettingsAsync("postgres", "first");
        await using (var fleet = await Coordinator.StartAsync([], settings))
            await fleet.SeedAsync(Samples.Zone("a"));
        var copy = await StoreBackups.TakeAsync(Configuration(settings), NewFolder("copy"), default);
        var half = await SettingsAsync("postgres", "half");
        await Should.ThrowAsync<OperationCanceledException>(() => new PostgresBackup(half["Fleet:Store:ConnectionString"]!).RestoreAsync(copy, At("copy"), _ => throw new OperationCanceledException(), default));

        (await Should.ThrowAsync<InvalidOperationException>(() => Coordinator.StartAsync([], half))).Message.ShouldContain("Restore the backup again");
        (await StoreBackups.WhyNotAsync(Configuration(half), copy, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_restore_that_fails_leaves_no_SQLite_file()
    {
        var settings = await SettingsAsync("sqlite", "first");
        await using (var fleet = await Coordinator.StartAsync([], settings))
            await fleet.SeedAsync(Samples.Zone("a"));
        var copy = await StoreBackups.TakeAsync(Configuration(settings), NewFolder("copy"), default);
        var target = Path.Combine(NewFolder("half"), "fleet.db");
        await Should.ThrowAsync<OperationCanceledException>(() => new SqliteBackup($"Data Source={target}").RestoreAsync(copy, At("copy"), _ => throw new OperationCanceledException(), default));
        Directory.EnumerateFileSystemEntries(At("half")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("sqlite", "fleet.db", null)]
    [InlineData("postgres", "zones.copy", "zones\" CASCADE; --")]
    [InlineData("postgres", "zones.copy", null)]
    [InlineData("postgres", "installation.copy", "installation")]
    public async Task A_copy_that_says_it_is_of_something_else_is_damaged(string provider, string name, string? table)
    {
        var settings = await SettingsAsync(provider, "first");
        await using (await Coordinator.StartAsync([], settings))
        {
        }

        var copy = await StoreBackups.TakeAsync(Configuration(settings), NewFolder("copy"), default);
        var strange = copy with { Files = [.. copy.Files, new StoreFile(name, table, [])] };
        var empty = await SettingsAsync(provider, "second");
        (await Should.ThrowAsync<StoreBackupException>(() => StoreBackups.RestoreAsync(Configuration(empty), strange, At("copy"), DateTimeOffset.UnixEpoch, "ann", default))).Message.ShouldContain("damaged");
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_store_of_another_version_is_named(string provider)
    {
        var settings = await SettingsAsync(provider, "first");
        await using (await Coordinator.StartAsync([], settings))
        {
        }

        await StatementAsync(settings, "INSERT INTO \"__EFMigrationsHistory\" VALUES ('29991231235959_Later', '99')");
        (await Should.ThrowAsync<StoreBackupException>(() => StoreBackups.TakeAsync(Configuration(settings), NewFolder("a"), default))).Message.ShouldContain("newer Fleet");
        await StatementAsync(settings, "DELETE FROM \"__EFMigrationsHistory\" WHERE \"MigrationId\" > '20261126'");
        (await Should.ThrowAsync<StoreBackupException>(() => StoreBackups.TakeAsync(Configuration(settings), NewFolder("b"), default))).Message.ShouldContain("older Fleet");
    }

    [Theory]
    [InlineData(7, 0, 1_795_000_000, 1_795_000_000)]
    [InlineData(7, 1_795_000_100, 1_795_000_000, 1_796_000_100)]
    [InlineData(1_799_000_000, 0, 1_795_000_000, 1_800_000_000)]
    public void Epochs_go_on_above_all_that_can_have_been_given(long highest, long first, long now, long expected) =>
        RestoredMark.FirstEpoch(highest, first, DateTimeOffset.FromUnixTimeSeconds(now)).ShouldBe(expected);

    private static IConfiguration Configuration(Dictionary<string, string?> settings) => new ConfigurationBuilder().AddInMemoryCollection(settings).Build();

    private static async Task StatementAsync(Dictionary<string, string?> settings, string statement)
    {
        await using System.Data.Common.DbConnection connection = settings.TryGetValue("Fleet:Store:ConnectionString", out var given)
            ? new NpgsqlConnection(given)
            : new SqliteConnection($"Data Source={Path.Combine(settings["Fleet:Data"]!, "fleet.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync();
    }

    private async Task<Dictionary<string, string?>> SettingsAsync(string provider, string name)
    {
        var settings = new Dictionary<string, string?> { ["Fleet:Data"] = NewFolder(name) };
        if (provider == "postgres")
            (settings["Fleet:Store:Provider"], settings["Fleet:Store:ConnectionString"]) = ("postgres", await postgres.Cluster.CreateDatabaseAsync(default));
        return settings;
    }

    private string At(string name) => Path.Combine(folder.Path, name);

    private string NewFolder(string name) => Directory.CreateDirectory(At(name)).FullName;
}
