using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Texts;
using Fleet.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Tests;

public sealed class PostgresFixture : IAsyncLifetime
{
    public PostgresCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await PostgresCluster.StartAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}

public sealed class StoreTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private async Task<Coordinator> StartAsync(string provider, FakeWorker worker) =>
        await Coordinator.StartAsync([worker], provider == "postgres" ? await SettingsAsync() : null);

    private async Task<Dictionary<string, string?>> SettingsAsync() => new()
    {
        ["Fleet:Store:Provider"] = "postgres",
        ["Fleet:Store:ConnectionString"] = await postgres.Cluster.CreateDatabaseAsync(default),
    };

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Zones_go_through_on_either_database(string provider)
    {
        await using var fleet = await StartAsync(provider, new FakeWorker("w1"));
        await fleet.SeedAsync(Samples.Zone("a"), Samples.Zone("b"), Samples.Zone("c"));
        var ended = await fleet.WaitForEndAsync((await fleet.StartRolloutAsync(["a", "b", "c"], maxParallel: 3)).Id);
        ended.Counts.Succeeded.ShouldBe(3);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_a_rollout_decided_without_a_failure_that_was_committed_meanwhile_is_decided_again(string provider)
    {
        await using var fleet = await StartAsync(provider, new FakeWorker("w1") { Hears = _ => false });
        await fleet.SeedAsync(Samples.Zone("a"));
        var rollout = await fleet.StartRolloutAsync(["a"]);
        await Eventually.BeTrueAsync(async () => (await fleet.RowAsync("a")).IsDispatched, Coordinator.Limit, default);
        var zone = (await fleet.RowAsync("a")).Id;
        var transactions = fleet.Service<FleetTransactions>();
        var failed = false;
        var seen = new List<bool>();
        await transactions.ChangeRolloutAsync(
            rollout.Id,
            (row, standings, _) =>
            {
                seen.Add(standings[zone].CountsAsFailure);
                if (!failed)
                    transactions.ChangeAsync(zone, (upgrade, _) => Change.Of(upgrade with { CountsAsFailure = failed = true }), default).Wait();
                return Change.Of(row with { Until = "preflight" });
            },
            default);
        (seen[0], seen[^1]).ShouldBe((false, true));
        (await fleet.RolloutAsync(rollout.Id)).Until.ShouldBe("preflight");
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task The_audit_tells_apart_what_did_not_go_as_it_should(string provider)
    {
        await using var fleet = await StartAsync(provider, new FakeWorker("w1") { Silent = true });
        await fleet.SeedAsync(Samples.Zone("a"));
        var rollout = await fleet.StartRolloutAsync(["a"]);
        await fleet.Service<FleetTransactions>().ChangeAsync((await fleet.RowAsync("a")).Id, AllIncidents, default);

        var incidents = await fleet.Service<IAudit>().ListAsync(new AuditFilter { RolloutId = rollout.Id, IncidentsOnly = true }, default);
        incidents.Select(a => a.Entry.Code).ShouldBe(Incidents.Codes);
        Incidents.Codes.ShouldBeSubsetOf(Text.Templates.Keys);
        (await fleet.Service<IAudit>().ListAsync(new AuditFilter { RolloutId = rollout.Id }, default)).Count.ShouldBeGreaterThan(incidents.Count);

        static Change<ZoneUpgrade> AllIncidents(ZoneUpgrade row, ZoneContext context)
        {
            var draft = new Draft(row, context);
            foreach (var code in Incidents.Codes)
                draft.Audit("test", code);
            return draft.Done();
        }
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Many_changes_of_one_row_at_once_are_all_kept_with_their_audit(string provider)
    {
        await using var fleet = await StartAsync(provider, new FakeWorker("w1") { Silent = true });
        await fleet.SeedAsync(Samples.Zone("a"));
        await fleet.StartRolloutAsync(["a"]);
        var id = (await fleet.RowAsync("a")).Id;
        var transactions = fleet.Service<FleetTransactions>();

        await Parallel.ForEachAsync(Enumerable.Range(0, 8), async (_, token) =>
        {
            for (var i = 0; i < 25; i++)
                await transactions.ChangeAsync(id, (row, context) => Count(row, context), token);
        });

        (await fleet.RowAsync("a")).StaleAudited.ShouldBe(200);
        await using var db = await fleet.Service<IDbContextFactory<FleetDbContext>>().CreateDbContextAsync();
        (await db.Audit.CountAsync(a => a.Code == "counted")).ShouldBe(200);

        static Change<ZoneUpgrade> Count(ZoneUpgrade row, ZoneContext context)
        {
            var draft = new Draft(row with { StaleAudited = row.StaleAudited + 1 }, context);
            draft.Audit("test", "counted");
            return draft.Done();
        }
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task The_migrations_bring_the_database_to_the_model(string provider)
    {
        await using var fleet = await StartAsync(provider, new FakeWorker("w1") { Silent = true });
        await using var db = await fleet.Service<IDbContextFactory<FleetDbContext>>().CreateDbContextAsync();
        db.Database.HasPendingModelChanges().ShouldBeFalse();
        (await db.Database.GetPendingMigrationsAsync()).ShouldBeEmpty();
        (await db.Installations.CountAsync()).ShouldBe(1);
        (await db.Runbooks.CountAsync(r => r.BuiltIn)).ShouldBeGreaterThan(0);
    }
}
