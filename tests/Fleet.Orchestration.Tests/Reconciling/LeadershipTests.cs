using Fleet.Orchestration.Reconciling;
using Fleet.Orchestration.Store;
using Fleet.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Orchestration.Tests.Reconciling;

/// <summary>Who reconciles: one at a time, and soon another where that one is gone.</summary>
public sealed class LeadershipTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncDisposable
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 1, 2, 0, 0, TimeSpan.Zero));
    private readonly TemporaryFolder folder = new();
    private readonly List<IAsyncDisposable> opened = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var one in opened)
            await one.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task On_PostgreSQL_the_lead_of_a_process_that_is_gone_is_taken_at_once_and_not_fought_for()
    {
        var store = new StoreOptions { Provider = "postgres", ConnectionString = await postgres.Cluster.CreateDatabaseAsync(default) };
        var (first, session) = await OpenAsync(store);
        var (second, _) = await OpenAsync(store);
        (await first.HoldAsync(default)).ShouldBeTrue();
        (await second.HoldAsync(default)).ShouldBeFalse();

        // What PostgreSQL sees of a process that was killed: its session ends. Its lead would last for 15 s more.
        await session.LeaveAsync();
        // The session's process lets go of its lock a moment after its client has left.
        await Eventually.BeTrueAsync(() => second.HoldAsync(default), TimeSpan.FromSeconds(30), default);
        second.Epoch.ShouldBe(first.Epoch + 1);

        // It was not dead after all: it finds that another leads, and leaves it alone.
        (await first.HoldAsync(default)).ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(10));
        (await second.HoldAsync(default)).ShouldBeTrue();
        (await first.HoldAsync(default)).ShouldBeFalse();

        await second.ResignAsync(default);
        (await first.HoldAsync(default)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_leader_that_lives_and_is_silent_is_replaced_when_its_time_is_over(string provider)
    {
        var store = provider == "postgres"
            ? new StoreOptions { Provider = provider, ConnectionString = await postgres.Cluster.CreateDatabaseAsync(default) }
            : new StoreOptions { Provider = provider, ConnectionString = $"Data Source={Path.Combine(folder.Path, "fleet.db")}" };
        var (first, _) = await OpenAsync(store);
        var (second, _) = await OpenAsync(store);
        (await first.HoldAsync(default)).ShouldBeTrue();
        time.Advance(TimeSpan.FromSeconds(14));
        (await second.HoldAsync(default)).ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(2));
        (await second.HoldAsync(default)).ShouldBeTrue();
        (await first.HoldAsync(default)).ShouldBeFalse();
    }

    [Fact]
    public void Whoever_takes_the_lead_sends_all_that_is_owed_at_once_and_then_by_and_by()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5));
        backoff.Begin();
        backoff.Due(["a", "b"], time.GetUtcNow()).ShouldBe(["a", "b"], ignoreOrder: true);
        backoff.Due(["a", "b", "c"], time.GetUtcNow()).ShouldBeEmpty();
        time.Advance(TimeSpan.FromSeconds(10));
        backoff.Due(["a", "c"], time.GetUtcNow()).ShouldBe(["a", "c"], ignoreOrder: true);
        backoff.Clear();
        backoff.Due(["a"], time.GetUtcNow()).ShouldBeEmpty();
    }

    private async Task<(Leadership Leadership, LeaderLock Session)> OpenAsync(StoreOptions store)
    {
        var services = new ServiceCollection().AddLogging().AddFleetStore(store).BuildServiceProvider();
        var session = new LeaderLock(store);
        opened.AddRange([session, services]);
        var contexts = services.GetRequiredService<IDbContextFactory<FleetDbContext>>();
        await using var db = await contexts.CreateDbContextAsync();
        await db.Database.MigrateAsync();
        return (new Leadership(contexts, session, new OrchestrationOptions(), time), session);
    }
}
