using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Testing;

namespace Fleet.Orchestration.Tests;

public sealed class FaultTests
{
    private const string Step = "upgrade-packages";

    [Fact]
    public async Task A_dispatch_that_was_lost_is_sent_again_under_the_same_epoch()
    {
        var heard = 0;
        var worker = new FakeWorker("w1") { Hears = _ => Interlocked.Increment(ref heard) > 2 };
        await using var fleet = await Coordinator.StartAsync([worker]);
        await fleet.SeedAsync(Samples.Zone("pek1a"));

        var ended = await fleet.WaitForEndAsync((await fleet.StartRolloutAsync(["pek1a"])).Id);

        ended.State.ShouldBe(RolloutState.Succeeded);
        worker.Dispatches.First().Epoch.ShouldBe(1);
        worker.Dispatches.Count.ShouldBe(7);
    }

    [Fact]
    public async Task When_a_worker_dies_at_a_prompt_another_takes_over_and_the_answer_is_given_once()
    {
        var given = new List<AnswerPrompt>();
        async Task AskAsync(FakeRun run)
        {
            await run.CarryOutAsync(async step =>
            {
                if (step.Name != Step)
                    return false;
                await run.StartingAsync(step);
                await run.PromptAsync(step, 100, step.Prompts.First(p => p.FailedNodes).Name, "hyper/hyper", safePoint: true);
                var answer = await run.AnswerToAsync(100);
                lock (given)
                    given.Add(answer);
                await run.AnsweredAsync(answer);
                await run.FinishedAsync(step, StepOutcome.Succeeded);
                await run.CarryOutAsync();
                return true;
            });
        }

        var first = new FakeWorker("w1") { Script = AskAsync };
        var second = new FakeWorker("w2") { Script = AskAsync, Hears = _ => false };
        await using var fleet = await Coordinator.StartAsync([first, second]);
        await fleet.SeedAsync(Samples.Zone("pek1a"));
        var rollout = await fleet.StartRolloutAsync(["pek1a"]);
        var asked = await fleet.DecisionAsync();
        asked.Kind.ShouldBe(DecisionKind.Prompt);

        second.Hears = _ => true;
        first.Die();
        await Eventually.BeTrueAsync(() => second.DispatchesOf("pek1a").Any(), Coordinator.Limit, default);
        (await fleet.Decisions.FindAsync(asked.Id.ToString(), default)).Value!.State.ShouldBe(Decisions.DecisionState.Open);
        await fleet.AnswerAsync(asked, Choices.Yes);

        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);
        given.ShouldHaveSingleItem().DecisionId.ShouldBe(asked.Id);
        second.DispatchesOf("pek1a").First().Epoch.ShouldBeGreaterThan(first.DispatchesOf("pek1a").Last().Epoch);
        second.DispatchesOf("pek1a").First().Ledger.Single(e => e.Step == Step).State.ShouldBe(LedgerState.Started);
    }

    [Fact]
    public async Task A_failed_step_frees_the_slot_asks_and_goes_on_as_a_new_attempt()
    {
        var worker = new FakeWorker("w1", slots: 1);
        worker.Script = run => run.CarryOutAsync(async step =>
        {
            if (step.Name != "services" || run.Command.Phase != "preflight" || run.Command.Ledger.Any(e => e.Step == "services" && e.Attempt == 2))
                return false;
            await run.StepAsync(step, StepOutcome.Failed, Finding.Of("service-not-running", ("service", "x")));
            await run.HoldAsync(step, DecisionKind.FailedStep, Choices.Retry, Choices.Ignore, Choices.MarkDone, Choices.Fail);
            return true;
        });
        await using var fleet = await Coordinator.StartAsync([worker]);
        await fleet.SeedAsync(Samples.Zone("a"), Samples.Zone("b"));
        var rollout = await fleet.StartRolloutAsync(["a", "b"], maxParallel: 2);

        await Eventually.BeTrueAsync(async () => (await fleet.Decisions.ListAsync(rollout.Id, true, default)).Count == 2, Coordinator.Limit, default);
        (await fleet.RolloutAsync(rollout.Id)).Counts.Held.ShouldBe(2);
        var one = await fleet.DecisionAsync();
        one.Alike.ShouldBe(1);
        var answered = await fleet.Decisions.AnswerAsync(one.Id.ToString()[..8], new() { Choice = Choices.Retry, Scope = Decisions.AnswerScope.Rollout }, "ops", default);
        answered.Problems.ShouldBeEmpty();
        answered.Value!.Answered.Count.ShouldBe(2);

        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);
        var audit = await fleet.Service<IAudit>().ListAsync(new AuditFilter { RolloutId = rollout.Id }, default);
        audit.Count(a => a.Entry is { Code: "answer-given", Actor: "ops" }).ShouldBe(2);
    }

    [Fact]
    public async Task No_more_zones_run_than_allowed_and_no_two_rollouts_work_on_one_zone()
    {
        var (now, most) = (0, 0);
        var worker = new FakeWorker("w1");
        worker.Script = async run =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            await run.StepAsync(run.Phase.Steps[0], StepOutcome.Succeeded);
            Interlocked.Decrement(ref now);
            await run.HurryAsync();
        };
        await using var fleet = await Coordinator.StartAsync([worker]);
        string[] zones = ["a", "b", "c", "d", "e"];
        await fleet.SeedAsync([.. zones.Select(z => Samples.Zone(z))]);
        var one = await fleet.StartRolloutAsync(zones, maxParallel: 2);
        var other = await fleet.StartRolloutAsync(["a"], maxParallel: 1);

        (await fleet.WaitForEndAsync(one.Id)).State.ShouldBe(RolloutState.Succeeded);
        (await fleet.WaitForEndAsync(other.Id)).State.ShouldBe(RolloutState.Succeeded);
        most.ShouldBeLessThanOrEqualTo(3);
        worker.DispatchesOf("a").Select(d => d.Epoch).ShouldBe(Enumerable.Range(1, 14).Select(i => (long)i));
        worker.DispatchesOf("a").Select(d => d.RolloutId).Distinct().Count().ShouldBe(2);
        var order = worker.DispatchesOf("a").Select(d => d.RolloutId).ToList();
        order.LastIndexOf(order[0]).ShouldBe(6);
    }

    [Fact]
    public async Task Abort_reaches_a_running_phase_and_ends_every_zone()
    {
        var worker = new FakeWorker("w1");
        worker.Script = async run =>
        {
            await run.StartingAsync(run.Phase.Steps[0]);
            var stop = await run.StopAskedAsync();
            await run.FinishedAsync(run.Phase.Steps[0], StepOutcome.Cancelled);
            await run.StopAsync(stop.Mode);
        };
        await using var fleet = await Coordinator.StartAsync([worker]);
        await fleet.SeedAsync(Samples.Zone("a"), Samples.Zone("b"));
        var rollout = await fleet.StartRolloutAsync(["a", "b"], maxParallel: 1);
        await fleet.WaitForAsync(rollout.Id, v => v.Zones.Any(z => z.Step is not null));

        (await fleet.Rollouts.AbortAsync(rollout.Name, new AbortRollout(), "ops", default)).Problems.ShouldBeEmpty();

        var ended = await fleet.WaitForEndAsync(rollout.Id);
        ended.State.ShouldBe(RolloutState.Aborted);
        ended.Zones.ShouldAllBe(z => z.State == ZoneState.Aborted);
    }

    [Fact]
    public async Task A_failed_zone_spends_the_budget_and_its_retry_by_a_person_reopens_the_rollout()
    {
        var fail = true;
        var worker = new FakeWorker("w1");
        worker.Script = run => run.CarryOutAsync(async step =>
        {
            if (!fail || step.Name != "services")
                return false;
            await run.StepAsync(step, StepOutcome.Failed, Finding.Of("service-not-running", ("service", "x")));
            await run.HoldAsync(step, DecisionKind.FailedStep, Choices.Retry, Choices.Fail);
            return true;
        });
        await using var fleet = await Coordinator.StartAsync([worker]);
        await fleet.SeedAsync(Samples.Zone("a"), Samples.Zone("b"));
        var rollout = await fleet.StartRolloutAsync(["a", "b"], maxParallel: 1);
        await fleet.AnswerAsync(await fleet.DecisionAsync(), Choices.Fail);
        var stopped = await fleet.WaitForEndAsync(rollout.Id);
        stopped.State.ShouldBe(RolloutState.Failed);
        stopped.Counts.Waiting.ShouldBe(1);
        (await fleet.Rollouts.ResumeAsync(rollout.Name, "ops", default)).Problems[0].Code.ShouldBe("budget-spent");

        fail = false;
        (await fleet.Rollouts.RetryAsync(rollout.Name, "a", null, "fixed", "ops", default)).Problems.ShouldBeEmpty();
        await fleet.WaitForAsync(rollout.Id, v => v.EndedAt is not null && v.Zones[0].State == ZoneState.Succeeded);
        (await fleet.Rollouts.ResumeAsync(rollout.Name, "ops", default)).Problems.ShouldBeEmpty();
        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);
    }

    [Fact]
    public async Task Until_a_phase_zones_wait_behind_it_and_resume_goes_on()
    {
        await using var fleet = await Coordinator.StartAsync([new FakeWorker("w1")]);
        await fleet.SeedAsync(Samples.Zone("a"), Samples.Zone("b"));
        var rollout = await fleet.StartRolloutAsync(["a", "b"], maxParallel: 1, until: "stage-package");
        var paused = await fleet.WaitForAsync(rollout.Id, v => v.State == RolloutState.Paused);
        paused.Zones.ShouldAllBe(z => z.Standing == "until");
        (await fleet.Rollouts.ResumeAsync(rollout.Name, "ops", default)).Problems.ShouldBeEmpty();
        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);
    }

    [Fact]
    public async Task A_restarted_program_goes_on_where_it_was()
    {
        var data = Directory.CreateTempSubdirectory("fleet-restart-").FullName;
        var settings = new Dictionary<string, string?> { ["Fleet:Data"] = data, ["Fleet:Lease"] = "00:10:00", ["Fleet:Reconciler:Leadership"] = "00:10:00" };
        try
        {
            Guid id;
            var before = new FakeWorker("before");
            before.Script = run => run.Command.Phase == "verify" ? Task.CompletedTask : run.CarryOutAsync();
            await using (var fleet = await Coordinator.StartAsync([before], settings))
            {
                await fleet.SeedAsync(Samples.Zone("a"));
                id = (await fleet.StartRolloutAsync(["a"])).Id;
                await Eventually.BeTrueAsync(async () => (await fleet.RowAsync("a")) is { Phase: "verify", Work: Work.Accepted }, Coordinator.Limit, default);
                before.Die();
            }

            var after = new FakeWorker("after");
            await using var again = await Coordinator.StartAsync([after], settings);
            (await again.WaitForEndAsync(id)).State.ShouldBe(RolloutState.Succeeded);
            after.DispatchesOf("a").Select(d => (d.Phase, d.Epoch)).ShouldBe([("verify", 7), ("restore-rescue", 8)]);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }
}
