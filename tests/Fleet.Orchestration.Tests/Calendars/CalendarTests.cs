using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Calendars;
using Fleet.Orchestration.Planning;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Testing;

namespace Fleet.Orchestration.Tests.Calendars;

/// <summary>A calendar over the store and the bus: it holds for what starts and for what runs.</summary>
public sealed class CalendarTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Nothing_starts_in_a_freeze_and_all_goes_on_when_it_is_taken_away(string provider)
    {
        var worker = new FakeWorker("w1");
        var settings = provider == "sqlite" ? null : new Dictionary<string, string?> { ["Fleet:Store:Provider"] = provider, ["Fleet:Store:ConnectionString"] = await postgres.Cluster.CreateDatabaseAsync(default) };
        await using var fleet = await Coordinator.StartAsync([worker], settings);
        await fleet.SeedAsync(Samples.Zone("pek1a", region: "pek"), Samples.Zone("sh1a", region: "sh"));
        var calendars = fleet.Service<ICalendars>();
        (await calendars.FindAsync(default)).ShouldBeNull();
        var freeze = Freeze("region=pek");
        (await calendars.SetAsync(freeze, "ann", default)).Value!.SetBy.ShouldBe("ann");
        (await calendars.SetAsync(freeze, "bob", default)).Value!.SetBy.ShouldBe("ann", "the same again changes nothing");

        var rollout = await fleet.StartRolloutAsync(["pek1a", "sh1a"], maxParallel: 2);
        var standing = await fleet.WaitForAsync(rollout.Id, r => r.Zones.Single(z => z.Name == "sh1a").State == ZoneState.Succeeded);
        standing.Zones.Single(z => z.Name == "pek1a").ShouldSatisfyAllConditions(z => z.State.ShouldBe(ZoneState.Waiting), z => z.Standing.ShouldBe("window"), z => z.Closed!.Code.ShouldBe("frozen"));
        worker.DispatchesOf("pek1a").ShouldBeEmpty();
        (await fleet.Rollouts.WaiveAsync(rollout.Id.ToString(), "pek1a", "urgent", "ann", default)).Value!.Zones.Single(z => z.Name == "pek1a").State.ShouldBe(ZoneState.Waiting, "nobody waives a freeze");

        (await calendars.SetAsync("", "ann", default)).Problems.ShouldBeEmpty();
        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);
        (await calendars.FindAsync(default)).ShouldBeNull();
        (await fleet.Service<IAudit>().ListAsync(new AuditFilter(), default)).Count(a => a.Entry.Code == "calendar-set").ShouldBe(2);
    }

    [Fact]
    public async Task What_runs_when_a_freeze_begins_comes_to_its_safe_point_and_goes_on_after_it()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var worker = new FakeWorker("w1")
        {
            Script = async run =>
            {
                if (run.Command.Phase == "stage-package" && reached.TrySetResult())
                    await go.Task;
                await run.CarryOutAsync();
            },
        };
        await using var fleet = await Coordinator.StartAsync([worker]);
        await fleet.SeedAsync(Samples.Zone("pek1a"));
        var rollout = await fleet.StartRolloutAsync(["pek1a"]);
        await reached.Task;
        await fleet.Service<ICalendars>().SetAsync(Freeze("all"), "ann", default);
        await fleet.WaitForAsync(rollout.Id, r => r.Zones.Single().Closed is not null);
        go.SetResult();
        await fleet.WaitForAsync(rollout.Id, r => r.Zones.Single() is { Standing: "window" });
        worker.DispatchesOf("pek1a").ShouldAllBe(d => d.Phase == "preflight" || d.Phase == "stage-package");

        await fleet.Service<ICalendars>().SetAsync("", "ann", default);
        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);
        var codes = (await fleet.Service<IAudit>().ListAsync(new AuditFilter { RolloutId = rollout.Id }, default)).Select(a => a.Entry.Code).ToList();
        codes.Count(c => c == "zone-window-closed").ShouldBe(1);
        codes.Count(c => c == "zone-window-open").ShouldBe(1);
    }

    [Fact]
    public async Task A_scheduled_rollout_begins_by_itself()
    {
        await using var fleet = await Coordinator.StartAsync([new FakeWorker("w1")]);
        await fleet.SeedAsync(Samples.Zone("pek1a"));
        var at = Now.AddSeconds(3);
        var rollout = await fleet.StartRolloutAsync(new StartRollout { Zones = ["pek1a"], PackageDigest = Samples.Package.Digest, StartsAt = at });
        rollout.ShouldSatisfyAllConditions(r => r.State.ShouldBe(RolloutState.Scheduled), r => r.StartsAt.ShouldBe(at), r => r.ExpiresAt.ShouldBe(at.AddMinutes(30)));
        var ended = await fleet.WaitForEndAsync(rollout.Id);
        ended.State.ShouldBe(RolloutState.Succeeded);
        ended.StartedAt.ShouldBeGreaterThanOrEqualTo(at);
    }

    [Fact]
    public async Task What_could_never_be_upgraded_and_times_that_cannot_be_are_refused()
    {
        await using var fleet = await Coordinator.StartAsync([]);
        await fleet.SeedAsync(Samples.Zone("pek1a"), Samples.Zone("sh1a"));
        await fleet.Service<ICalendars>().SetAsync("apiVersion: fleet/v1\ntimeZone: UTC\nwindows: [{name: past, zones: pek1a, dates: [2020-01-01], from: \"22:00\", to: \"23:00\", phases: [verify]}]\n", "ann", default);
        var start = new StartRollout { Zones = ["pek1a", "sh1a"], PackageDigest = Samples.Package.Digest };
        var never = await fleet.Service<IPlans>().MakeAsync(start, "all", "ann", default);
        never.Problems.Single().ShouldSatisfyAllConditions(p => p.Code.ShouldBe("window-never-opens"), p => p.Args["zone"].ShouldBe("pek1a"), p => p.Args["phase"].ShouldBe("verify"));
        (await fleet.Rollouts.StartAsync(start with { Zones = ["sh1a"], StartsAt = Now.AddHours(-1) }, "ann", default)).Problems.Single().Code.ShouldBe("schedule-past");
        (await fleet.Rollouts.StartAsync(start with { Zones = ["sh1a"], StartsAt = Now.AddHours(2), ExpiresAt = Now.AddHours(1) }, "ann", default)).Problems.Single().Code.ShouldBe("schedule-expires-before");
        (await fleet.Service<ICalendars>().SetAsync("apiVersion: fleet/v1\nwindows: 3\n", "ann", default)).Problems.Single().Args["line"].ShouldBe("2");
    }

    private static string Freeze(string zones) => $"apiVersion: fleet/v1\ntimeZone: UTC\nfreezes: [{{name: ice, zones: {zones}, from: {Now.AddHours(-1):yyyy-MM-dd HH:mm}, to: {Now.AddHours(3):yyyy-MM-dd HH:mm}}}]\n";
}
