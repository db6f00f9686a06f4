using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Transcripts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Testing;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Fleet.Orchestration.Tests;

/// <summary>
/// Stores of earlier versions, each written by that version in the middle of a rollout of six zones with an open prompt (<c>Golden/</c>, named after its newest migration). One is added where a migration is.
/// </summary>
public sealed class EarlierStoreTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Stores => [.. Directory.EnumerateFiles(Folder, "*.sql").Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_store_of_an_earlier_version_is_carried_forward_and_its_open_rollout_goes_on_to_its_end(string store)
    {
        var worker = new FakeWorker("new");
        await using var fleet = await Coordinator.StartAsync([worker], await FillAsync(store));

        var rollout = (await fleet.Rollouts.ListAsync(default)).Single();
        var before = (await fleet.RolloutAsync(rollout.Id)).Zones;
        before.Count.ShouldBe(6);
        (await fleet.Zones.ListAsync(null, default)).Select(z => z.Zone.Name).ShouldBe(["cd1a", "gd1a", "pek1a", "sh1a", "wh1a", "xa1a"]);
        (await fleet.Decisions.ListAsync(null, openOnly: false, default)).ShouldContain(d => d.Prompt != null && d.State == DecisionState.Open && d.Zone == "cd1a");
        var audit = await fleet.Service<IAudit>().ListAsync(new AuditFilter { RolloutId = rollout.Id }, default);
        audit.Count.ShouldBeGreaterThan(150);
        var transcript = (await fleet.Service<ITranscripts>().ListAsync(before.Single(z => z.Name == "wh1a").Id, default))[0];
        transcript.Length.ShouldBePositive();

        var ended = await fleet.WaitForEndAsync(rollout.Id);
        ended.State.ShouldBe(RolloutState.Succeeded);
        ended.Zones.ShouldAllBe(z => z.State == ZoneState.Succeeded);
        // What ran before the new version is neither forgotten nor under a number that was given before.
        foreach (var zone in before)
            worker.DispatchesOf(zone.Name).ShouldAllBe(d => d.Epoch > zone.Epoch && d.Ledger.Count > 0, zone.Name);
        // What the earlier version sealed holds, and goes on in one chain with what this one seals.
        (await fleet.Service<IAudit>().VerifyAsync(rollout.Name, null, default)).Value!.ShouldSatisfyAllConditions(v => v.Holds.ShouldBeTrue(), v => v.Chains.Single().Entries.ShouldBeGreaterThan(100));
    }

    private async Task<Dictionary<string, string?>> FillAsync(string store)
    {
        var statements = await File.ReadAllTextAsync(Path.Combine(Folder, store));
        var settings = new Dictionary<string, string?> { ["Fleet:Data"] = folder.Path };
        if (store.Contains(".postgres.", StringComparison.Ordinal))
        {
            var database = await postgres.Cluster.CreateDatabaseAsync(default);
            (settings["Fleet:Store:Provider"], settings["Fleet:Store:ConnectionString"]) = ("postgres", database);
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ToString());
            await connection.OpenAsync();
            await using var all = new NpgsqlCommand(statements, connection) { AllResultTypesAreUnknown = true };
            await all.ExecuteNonQueryAsync();
        }
        else
        {
            await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder.Path, "fleet.db")};Pooling=False");
            await connection.OpenAsync();
            await using var all = connection.CreateCommand();
            all.CommandText = statements;
            await all.ExecuteNonQueryAsync();
        }

        return settings;
    }
}
