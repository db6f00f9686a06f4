using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Planning;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Testing;

namespace Fleet.Orchestration.Tests.Planning;

/// <summary>Plans in the store: made, found by their hash, started, and refused where anything has changed.</summary>
public sealed class PlansTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_plan_is_started_as_it_is_and_refused_where_anything_has_changed(string provider)
    {
        var worker = new FakeWorker("w1");
        var settings = provider == "sqlite" ? null : new Dictionary<string, string?> { ["Fleet:Store:Provider"] = provider, ["Fleet:Store:ConnectionString"] = await postgres.Cluster.CreateDatabaseAsync(default) };
        await using var fleet = await Coordinator.StartAsync([worker], settings);
        await fleet.SeedAsync(Samples.Zone("gd1a"), Samples.Zone("pek1a"));
        var plans = fleet.Service<IPlans>();
        var asked = new StartRollout { Zones = ["gd1a", "pek1a"], PackageDigest = Samples.Package.Digest };

        var plan = (await plans.MakeAsync(asked, "all", "ann", default)).Value!;
        (await plans.MakeAsync(asked, "all", "bob", default)).Value!.Hash.ShouldBe(plan.Hash, "nothing has changed");
        (await plans.FindAsync(plan.Hash[..12], default)).Value!.ShouldSatisfyAllConditions(p => p.Hash.ShouldBe(plan.Hash), p => p.MadeBy.ShouldBe("bob"), p => p.Waves.Count.ShouldBe(2));
        (await plans.ListAsync(10, default)).Single().Hash.ShouldBe(plan.Hash);
        plan.Estimate.ShouldBeNull("nothing was upgraded yet");

        await fleet.Zones.ImportAsync([Samples.Zone("pek1a") with { Pool = "elsewhere" }], prune: false, "ann", default);
        var (selector, start) = (await plans.RequestAsync(plan.Hash[..12], default)).Value;
        selector.ShouldBe("all");
        var refused = await fleet.Rollouts.StartAsync(start with { Zones = ["gd1a", "pek1a"] }, "ops", default);
        refused.Kind.ShouldBe(ResultKind.Conflict);
        refused.Problems.Select(p => p.Code).ShouldBe(["plan-changed", "plan-zone-changed"]);
        (await fleet.Rollouts.ListAsync(default)).ShouldBeEmpty();
        worker.Dispatches.ShouldBeEmpty();

        await fleet.Zones.ImportAsync([Samples.Zone("pek1a")], prune: false, "ann", default);
        var rollout = await fleet.StartRolloutAsync(start);
        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);

        // The past is known now, and the zones are in no open rollout.
        var again = (await plans.MakeAsync(asked, "all", "ann", default)).Value!;
        again.Zones.ShouldAllBe(z => z.Estimate != null && z.Estimate.Samples == 2);
        again.Estimate.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_is_approved_is_the_plan_and_begins_only_while_it_holds(string provider)
    {
        var worker = new FakeWorker("w1");
        var settings = provider == "sqlite" ? null : new Dictionary<string, string?> { ["Fleet:Store:Provider"] = provider, ["Fleet:Store:ConnectionString"] = await postgres.Cluster.CreateDatabaseAsync(default) };
        await using var fleet = await Coordinator.StartAsync([worker], settings);
        await fleet.SeedAsync(Samples.Zone("gd1a"), Samples.Zone("pek1a"));
        var start = new StartRollout { Zones = ["gd1a", "pek1a"], PackageDigest = Samples.Package.Digest, Strategy = "apiVersion: fleet/v1\nname: s\napprovals: {required: 2}\nwaves: [{name: all}]\n" };

        // Changed between the first and the second approval: nothing begins, whoever approved it.
        var plan = (await fleet.Service<IPlans>().MakeAsync(start, "all", "ann", default)).Value!;
        var first = await fleet.StartRolloutAsync(start with { Name = "first", Plan = plan.Hash });
        first.ShouldSatisfyAllConditions(r => r.State.ShouldBe(RolloutState.WaitingApproval), r => r.Approval!.Left.ShouldBe(2), r => r.Plan.ShouldNotBeNull());
        (await fleet.Rollouts.ApproveAsync("first", approve: true, null, "ops", [], default)).Problems.Single().Code.ShouldBe("approval-of-own");
        (await fleet.Rollouts.ApproveAsync("first", approve: true, null, "ann", [], default)).Value!.Approval!.Left.ShouldBe(1);
        await fleet.SeedAsync(Samples.Zone("sh1a"));
        var outdated = (await fleet.Rollouts.ApproveAsync("first", approve: true, null, "bob", [], default)).Value!;
        outdated.ShouldSatisfyAllConditions(r => r.State.ShouldBe(RolloutState.Aborted), r => r.Reason!.Code.ShouldBe("plan-outdated"), r => r.Reason!.Args["changes"].ShouldBe("sh1a plan-zone-new"));
        worker.Dispatches.ShouldBeEmpty();

        // Those two by their names, approved by two, one of them by the decision that is listed. Nobody asked for a plan: it has one all the same.
        var second = await fleet.StartRolloutAsync(start with { Name = "second" });
        (await fleet.Service<IPlans>().FindAsync(second.Plan!, default)).Value!.Zones.Count.ShouldBe(2);
        var decision = await fleet.DecisionAsync(d => d.Kind == DecisionKind.Approval);
        (await fleet.Decisions.AnswerAsync(decision.Id.ToString(), new AnswerDecision { Choice = Choices.Approve }, "ann", default)).Problems.ShouldBeEmpty();
        (await fleet.Decisions.FindAsync(decision.Id.ToString(), default)).Value!.State.ShouldBe(DecisionState.Open);
        (await fleet.Rollouts.ApproveAsync("second", approve: true, "well", "bob", [], default)).Value!.State.ShouldBe(RolloutState.Running);
        (await fleet.WaitForEndAsync(second.Id)).State.ShouldBe(RolloutState.Succeeded);
        (await fleet.Decisions.FindAsync(decision.Id.ToString(), default)).Value!.AnsweredBy.ShouldBe("bob");
    }

    [Fact]
    public async Task Of_twenty_who_approve_at_once_it_begins_once()
    {
        await using var fleet = await Coordinator.StartAsync([new FakeWorker("w1")]);
        await fleet.SeedAsync(Samples.Zone("pek1a"));
        var rollout = await fleet.StartRolloutAsync(new StartRollout { Zones = ["pek1a"], PackageDigest = Samples.Package.Digest, Strategy = "apiVersion: fleet/v1\nname: s\napprovals: {required: 10}\nwaves: [{name: all}]\n" });
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => fleet.Rollouts.ApproveAsync(rollout.Id.ToString(), approve: true, null, $"p{i % 12}", [], default)));
        (await fleet.WaitForEndAsync(rollout.Id)).ShouldSatisfyAllConditions(r => r.State.ShouldBe(RolloutState.Succeeded), r => r.Approval!.Given.Select(g => g.By).Distinct().Count().ShouldBe(10), r => r.Approval!.Given.Count.ShouldBe(10));
    }

    [Fact]
    public async Task A_scheduled_rollout_is_held_to_its_plan_when_its_hour_has_come()
    {
        var worker = new FakeWorker("w1");
        await using var fleet = await Coordinator.StartAsync([worker], new Dictionary<string, string?> { ["Fleet:Reconciler:Rollouts"] = "00:00:01" });
        await fleet.SeedAsync(Samples.Zone("gd1a"), Samples.Zone("pek1a"));
        var plan = (await fleet.Service<IPlans>().MakeAsync(new StartRollout { Zones = ["gd1a", "pek1a"], PackageDigest = Samples.Package.Digest }, "all", "ann", default)).Value!;
        var (_, start) = (await fleet.Service<IPlans>().RequestAsync(plan.Hash, default)).Value;
        var rollout = await fleet.StartRolloutAsync(start with { Zones = ["gd1a", "pek1a"], StartsAt = TimeProvider.System.GetUtcNow().AddSeconds(2) });
        await fleet.SeedAsync(Samples.Zone("sh1a"));
        var ended = await fleet.WaitForEndAsync(rollout.Id);
        ended.ShouldSatisfyAllConditions(r => r.State.ShouldBe(RolloutState.Aborted), r => r.Reason!.Args["changes"].ShouldBe("sh1a plan-zone-new"));
        worker.Dispatches.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_zone_in_a_rollout_that_has_not_ended_is_told_of()
    {
        var worker = new FakeWorker("w1") { Script = _ => Task.CompletedTask };
        await using var fleet = await Coordinator.StartAsync([worker]);
        await fleet.SeedAsync(Samples.Zone("gd1a"), Samples.Zone("pek1a"));
        var rollout = await fleet.StartRolloutAsync(["pek1a"]);
        await fleet.WaitForAsync(rollout.Id, r => r.Zones.Single().State == ZoneState.Running);
        var plan = (await fleet.Service<IPlans>().MakeAsync(new StartRollout { Zones = ["gd1a", "pek1a"], PackageDigest = Samples.Package.Digest }, "all", "ann", default)).Value!;
        var remark = plan.Remarks.First(r => r.Code == "plan-zone-in-rollout");
        (remark.Args["zone"], remark.Args["rollout"]).ShouldBe(("pek1a", rollout.Name));
    }

    [Fact]
    public async Task What_is_wrong_with_a_strategy_is_told_with_everything_else()
    {
        await using var fleet = await Coordinator.StartAsync([]);
        await fleet.SeedAsync(Samples.Zone("gd1a"));
        var plans = fleet.Service<IPlans>();
        var wrong = await plans.MakeAsync(new StartRollout { Zones = ["gd1a"], PackageDigest = "none", Strategy = "apiVersion: fleet/v1\nname: x\nmaxParallel: 0\nwaves: [{name: a, bake: soon}]\n", Until = "nowhere" }, "all", "ann", default);
        wrong.Problems.Select(p => p.Code).ShouldBe(["package-not-found", "answer-phase-unknown", "strategy-bad-amount", "file-bad-duration"]);
        wrong.Problems[2].Args["line"].ShouldBe("3");
        var contradicts = await plans.MakeAsync(new StartRollout { Zones = ["gd1a"], PackageDigest = Samples.Package.Digest, Strategy = "apiVersion: fleet/v1\nname: x\nwaves: [{name: a, zones: region=xa}]\n" }, "all", "ann", default);
        contradicts.Problems.Select(p => p.Code).ShouldBe(["strategy-wave-empty", "strategy-zones-left"]);
        (await plans.ListAsync(10, default)).ShouldBeEmpty();
        (await plans.FindAsync("abc", default)).Kind.ShouldBe(ResultKind.NotFound);
    }
}
