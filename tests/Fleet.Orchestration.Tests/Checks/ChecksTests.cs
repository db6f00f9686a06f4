using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Testing;

namespace Fleet.Orchestration.Tests.Checks;

public sealed class ChecksTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_check_in_a_pool_without_a_worker_says_so_at_once_where_a_worker_would_have_been_heard_of_and_is_kept(string provider)
    {
        var settings = provider == "sqlite" ? null : new Dictionary<string, string?> { ["Fleet:Store:Provider"] = provider, ["Fleet:Store:ConnectionString"] = await postgres.Cluster.CreateDatabaseAsync(default) };
        await using var fleet = await Coordinator.StartAsync([], settings);
        await fleet.SeedAsync(Samples.Zone("pek1a"));
        var checks = fleet.Service<IChecks>();

        // Before a full lease has passed nobody knows who is silent: what is asked then is owed.
        var early = await checks.StartAsync(new StartCheckRequest(["pek1a"], Samples.Package.Digest, null), "ops", default);
        early.Value!.Zones.Single().State.ShouldBe(CheckState.Asked);
        var started = await Eventually.GetAsync(
            async () => await checks.StartAsync(new StartCheckRequest(["pek1a"], Samples.Package.Digest, null), "ops", default) is { Value: { } check } result && check.Zones[0].State != CheckState.Asked ? result : null,
            TimeSpan.FromMinutes(1), default);

        var zone = started.Value!.Zones.Single();
        zone.State.ShouldBe(CheckState.Unanswered);
        zone.Unanswered!.Code.ShouldBe("probe-no-worker");
        (await checks.ListAsync(1, default)).Single().ShouldSatisfyAllConditions(c => c.Id.ShouldBe(started.Value.Id), c => c.Asked.ShouldBe(0), c => c.Zones.ShouldBe(1));
        (await checks.HistoryAsync("pek1a", 1, default)).Single().Id.ShouldBe(zone.Id);
        (await checks.FindAsync(started.Value!.Id.ToString(), default)).Value!.Zones.Single().Id.ShouldBe(zone.Id);
    }
}
