using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Probes;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Facts;
using Fleet.Testing;

namespace Fleet.Orchestration.Tests;

/// <summary>Waves over the store and the bus: looks are asked for, taken up, and judged.</summary>
public sealed class WaveTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Strategy = "apiVersion: fleet/v1\nname: two\nmaxParallel: 4\nwaves:\n- {name: canary, zones: tier=canary, bake: 1s}\n- {name: rest}\n";

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_wave_is_looked_at_without_a_package_and_the_next_one_begins(string provider)
    {
        var worker = new FakeWorker("w1") { Looks = c => Found(c, []) };
        await using var fleet = await StartAsync(worker, provider);
        var rollout = await StartAsync(fleet);

        var ended = await fleet.WaitForEndAsync(rollout.Id);

        ended.State.ShouldBe(RolloutState.Succeeded);
        ended.Strategy.ShouldBe("two");
        ended.Waves[0].ShouldSatisfyAllConditions(w => w.Name.ShouldBe("canary"), w => w.Verdict.ShouldBe(WaveVerdict.Succeeded), w => w.PassedBy.ShouldBe("coordinator"));
        worker.Checks.Select(c => c.Zone).ShouldBe(["pek1a"]);
        worker.Checks.Single().Package.ShouldBeNull("nothing is to be upgraded, only to be seen");
        (await fleet.Service<IChecks>().HistoryAsync("pek1a", 10, default)).Single().AskedBy.ShouldBe("coordinator");
        var codes = (await fleet.Service<IAudit>().ListAsync(new AuditFilter { RolloutId = rollout.Id }, default)).Select(a => a.Entry.Code).ToList();
        codes.IndexOf("wave-verdict").ShouldBeGreaterThan(codes.IndexOf("wave-look"));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_zone_that_cannot_be_looked_at_is_a_question_to_a_person_like_any_other(string provider)
    {
        var worker = new FakeWorker("w1") { Looks = c => Found(c, null) };
        await using var fleet = await StartAsync(worker, provider);
        var rollout = await StartAsync(fleet);

        var asked = await fleet.DecisionAsync(d => d.Kind == DecisionKind.WaveVerdict);
        asked.ShouldSatisfyAllConditions(d => d.Zone.ShouldBeNull(), d => d.ZoneUpgradeId.ShouldBeNull(), d => d.Wave.ShouldBe("canary"), d => d.RolloutName.ShouldBe(rollout.Name), d => d.Question.Lines.Single().ShouldContain("pek1a"));
        (await fleet.RolloutAsync(rollout.Id)).OpenDecisions.ShouldBe(1);

        worker.Looks = c => Found(c, []);
        await fleet.AnswerAsync(asked, Choices.CheckAgain, "the link was down");
        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);
        worker.Checks.Count.ShouldBe(2);
        (await fleet.Decisions.FindAsync(asked.Id.ToString(), default)).Value!.ShouldSatisfyAllConditions(d => d.AnsweredBy.ShouldBe("ops"), d => d.Answer.ShouldBe("check-again"), d => d.Comment.ShouldBe("the link was down"));
    }

    [Fact]
    public async Task A_zone_that_is_worse_than_before_its_upgrade_stops_the_rollout_before_another_starts()
    {
        var worker = new FakeWorker("w1") { Looks = c => Found(c, ["hyper07 zfs"]) };
        await using var fleet = await StartAsync(worker, "sqlite");
        var rollout = await StartAsync(fleet);

        var ended = await fleet.WaitForEndAsync(rollout.Id);

        ended.State.ShouldBe(RolloutState.Failed);
        ended.Reason!.Code.ShouldBe("wave-not-well");
        ended.Waves[0].Because.Single().Lines.ShouldBe(["hyper07 zfs"]);
        worker.Dispatches.ShouldAllBe(d => d.Zone == "pek1a");
        ended.Zones.Where(z => z.Name != "pek1a").ShouldAllBe(z => z.State == ZoneState.Waiting);

        (await fleet.Rollouts.ResumeAsync(rollout.Id.ToString(), "ann", default)).Problems.ShouldBeEmpty();
        (await fleet.WaitForEndAsync(rollout.Id)).ShouldSatisfyAllConditions(r => r.State.ShouldBe(RolloutState.Succeeded), r => r.Waves[0].PassedBy.ShouldBe("ann"));
    }

    [Fact]
    public async Task A_look_that_is_lost_is_asked_for_again()
    {
        var heard = 0;
        var worker = new FakeWorker("w1");
        worker.Looks = c => Interlocked.Increment(ref heard) == 1 ? null : Found(c, []);
        await using var fleet = await StartAsync(worker, "sqlite", ("Fleet:Reconciler:Checks", "00:00:01"));
        var rollout = await StartAsync(fleet);
        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);
        worker.Checks.Select(c => c.ZoneCheckId).Distinct().Count().ShouldBe(1, "it is the same look");
    }

    private async Task<Coordinator> StartAsync(FakeWorker worker, string provider, params (string Key, string Value)[] more)
    {
        var settings = more.ToDictionary(m => m.Key, m => (string?)m.Value);
        if (provider == "postgres")
            (settings["Fleet:Store:Provider"], settings["Fleet:Store:ConnectionString"]) = (provider, await postgres.Cluster.CreateDatabaseAsync(default));
        var fleet = await Coordinator.StartAsync([worker], settings);
        await fleet.SeedAsync(Samples.Zone("gd1a"), Samples.Zone("pek1a", tier: "canary"), Samples.Zone("sh1a"));
        return fleet;
    }

    private static Task<RolloutView> StartAsync(Coordinator fleet) =>
        fleet.StartRolloutAsync(new StartRollout { Zones = ["gd1a", "pek1a", "sh1a"], PackageDigest = Samples.Package.Digest, Strategy = Strategy });

    /// <param name="bad">Unhealthy items; null: the zone cannot be reached.</param>
    private static ZoneChecked Found(CheckZone check, IReadOnlyList<string>? bad) => new()
    {
        ZoneCheckId = check.ZoneCheckId,
        Zone = check.Zone,
        WorkerId = "w1",
        StartedAt = TimeProvider.System.GetUtcNow(),
        EndedAt = TimeProvider.System.GetUtcNow(),
        Stages = [new ProbeStage("login", bad is null ? Finding.Of("nodes-unreadable") : null)],
        Steps = [],
        Facts = bad is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [HealthBaseline.Fact] = new HealthBaseline(10, bad).ToFact() },
    };
}
