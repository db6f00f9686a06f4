using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Tests.Parts;

namespace Fleet.Orchestration.Tests.Checks;

public sealed class ChecksTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_check_in_a_pool_without_a_worker_says_so_at_once_and_is_kept(string provider)
    {
        var settings = provider == "sqlite" ? null : new Dictionary<string, string?> { ["Fleet:Store:Provider"] = provider, ["Fleet:Store:ConnectionString"] = await postgres.Cluster.CreateDatabaseAsync(default) };
        await using var fleet = await Coordinator.StartAsync([], settings);
        await fleet.SeedAsync(Samples.Zone("pek1a"));
        var checks = fleet.Service<IChecks>();

        var started = await checks.StartAsync(new StartCheckRequest(["pek1a"], Samples.Package.Digest, null), "ops", default);

        started.Problems.ShouldBeEmpty();
        var zone = started.Value!.Zones.Single();
        zone.State.ShouldBe(CheckState.Unanswered);
        zone.Unanswered!.Code.ShouldBe("probe-no-worker");
        (await checks.ListAsync(10, default)).Single().ShouldSatisfyAllConditions(c => c.Id.ShouldBe(started.Value.Id), c => c.Asked.ShouldBe(0), c => c.Zones.ShouldBe(1));
        (await checks.HistoryAsync("pek1a", 10, default)).Single().Id.ShouldBe(zone.Id);
        (await checks.FindAsync(started.Value.Id.ToString()[..8], default)).Value!.Zones.Single().Id.ShouldBe(zone.Id);
    }
}
