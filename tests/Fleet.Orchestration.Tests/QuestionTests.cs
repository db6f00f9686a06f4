using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Handovers;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Testing;

namespace Fleet.Orchestration.Tests;

/// <summary>One answer for many zones, over the store and the bus.</summary>
public sealed class QuestionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly string[] Zones = [.. Enumerable.Range(1, 12).Select(n => $"z{n:00}")];

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Twelve_zones_that_ask_the_same_take_one_answer(string provider)
    {
        await using var fleet = await StartAsync(provider);
        var rollout = await fleet.StartRolloutAsync(Zones, maxParallel: 12, maxFailures: "12");
        var open = await AskedAsync(fleet, 12);
        open.ShouldAllBe(d => d.Alike == 11);

        var answered = await fleet.Decisions.AnswerAsync(open[3].Id.ToString(), new AnswerDecision { Choice = Choices.Retry, Comment = "repo mended", Scope = AnswerScope.Rollout }, "ann", default);
        answered.Problems.ShouldBeEmpty();
        answered.Value!.Refused.ShouldBeEmpty();
        answered.Value.Answered.Select(d => d.Zone).ShouldBe(Zones, ignoreOrder: true);
        answered.Value.Answered[0].Id.ShouldBe(open[3].Id, "the one that was answered first");
        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);
        var audit = await fleet.Service<IAudit>().ListAsync(new AuditFilter { RolloutId = rollout.Id }, default);
        audit.Where(a => a.Entry.Code == "answer-given").Select(a => (a.Entry.Zone, a.Entry.Actor)).ShouldBe(Zones.Select(z => ((string?)z, "ann")), ignoreOrder: true);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Two_people_who_answer_at_once_never_both_answer_one_question(string provider)
    {
        await using var fleet = await StartAsync(provider);
        var rollout = await fleet.StartRolloutAsync(Zones, maxParallel: 12, maxFailures: "12");
        var open = await AskedAsync(fleet, 12);

        var both = await Task.WhenAll(
            fleet.Decisions.AnswerAsync(open[0].Id.ToString(), new AnswerDecision { Choice = Choices.Retry, Comment = "mended", Scope = AnswerScope.AllAlike }, "ann", default),
            fleet.Decisions.AnswerAsync(open[^1].Id.ToString(), new AnswerDecision { Choice = Choices.Fail, Comment = "enough", Scope = AnswerScope.AllAlike }, "bob", default));

        var ended = await fleet.WaitForEndAsync(rollout.Id);
        var decisions = (await fleet.Decisions.ListAsync(rollout.Id, openOnly: false, default)).Where(d => d.Kind == DecisionKind.FailedStep).ToList();
        decisions.Count.ShouldBe(12);
        foreach (var decision in decisions)
        {
            decision.Answer.ShouldBe(decision.AnsweredBy == "ann" ? Choices.Retry : Choices.Fail);
            ended.Zones.Single(z => z.Name == decision.Zone).State.ShouldBe(decision.AnsweredBy == "ann" ? ZoneState.Succeeded : ZoneState.Failed);
        }

        var taken = both.Where(b => b.Ok).Sum(b => b.Value!.Answered.Count);
        taken.ShouldBe(12, "each was taken once");
        foreach (var refused in both.Where(b => b.Ok).SelectMany(b => b.Value!.Refused))
            refused.Args["because"].ShouldMatch("ann|bob");
    }

    [Fact]
    public async Task What_comes_later_takes_the_answer_until_it_is_taken_back()
    {
        await using var fleet = await StartAsync("sqlite");
        var rollout = await fleet.StartRolloutAsync(Zones, maxParallel: 2, maxFailures: "12");
        var open = await AskedAsync(fleet, 2);
        await fleet.Rollouts.PauseAsync(rollout.Id.ToString(), "ann", default);
        var answered = await fleet.Decisions.AnswerAsync(open[0].Id.ToString(), new AnswerDecision { Choice = Choices.Retry, Comment = "mended", Scope = AnswerScope.Rollout, AndLater = true }, "ann", default);
        answered.Problems.ShouldBeEmpty();
        (await fleet.RolloutAsync(rollout.Id)).AnswersInAdvance.Single().ShouldSatisfyAllConditions(s => s.By.ShouldBe("ann"), s => s.Choice.ShouldBe(Choices.Retry), s => s.Decision.ShouldBe(open[0].Id));

        await fleet.Rollouts.ResumeAsync(rollout.Id.ToString(), "ann", default);
        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);
        var decisions = await fleet.Decisions.ListAsync(rollout.Id, openOnly: false, default);
        decisions.Count.ShouldBe(12);
        decisions.Count(d => d.InAdvance == open[0].Id).ShouldBe(10);
        decisions.ShouldAllBe(d => d.AnsweredBy == "ann");
        (await fleet.Decisions.FindAsync(decisions[0].Id.ToString(), default)).Value!.Memory.Single().ShouldSatisfyAllConditions(m => m.Choice.ShouldBe(Choices.Retry), m => m.Times.ShouldBe(11), m => m.Fine.ShouldBe(11));
    }

    [Fact]
    public async Task An_answer_in_advance_is_taken_back_by_its_fingerprint_and_what_follows_is_asked()
    {
        await using var fleet = await StartAsync("sqlite");
        var rollout = await fleet.StartRolloutAsync(Zones[..3], maxParallel: 1, maxFailures: "12");
        var first = await fleet.DecisionAsync();
        (await fleet.Rollouts.PauseAsync(rollout.Id.ToString(), "ann", default)).Problems.ShouldBeEmpty();
        (await fleet.Decisions.AnswerAsync(first.Id.ToString(), new AnswerDecision { Choice = Choices.Retry, Comment = "m", Scope = AnswerScope.Rollout, AndLater = true }, "ann", default)).Problems.ShouldBeEmpty();
        (await fleet.Rollouts.TakeBackAnswerAsync(rollout.Id.ToString(), "nothing", null, "bob", default)).Kind.ShouldBe(ResultKind.NotFound);
        (await fleet.Rollouts.TakeBackAnswerAsync(rollout.Id.ToString(), first.Fingerprint[..6], "look at each", "bob", default)).Value!.AnswersInAdvance.ShouldBeEmpty();
        await fleet.Rollouts.ResumeAsync(rollout.Id.ToString(), "ann", default);
        (await fleet.DecisionAsync(d => d.Zone == "z02")).State.ShouldBe(DecisionState.Open);
    }

    [Fact]
    public async Task What_may_not_be_said_of_many_is_refused_before_anything_is_answered()
    {
        await using var fleet = await StartAsync("sqlite");
        await fleet.StartRolloutAsync(Zones[..2], maxParallel: 2, maxFailures: "12");
        var open = await AskedAsync(fleet, 2);
        async Task<string> RefusedAsync(AnswerDecision answer)
        {
            var result = await fleet.Decisions.AnswerAsync(open[0].Id.ToString(), answer, "ann", default);
            result.Kind.ShouldBe(ResultKind.Invalid);
            return result.Problems.Single().Code;
        }

        (await RefusedAsync(new AnswerDecision { Choice = Choices.Retry, Comment = "m", AndLater = true })).ShouldBe("answer-later-without-scope");
        (await RefusedAsync(new AnswerDecision { Choice = Choices.MarkDone, Comment = "m", Scope = AnswerScope.Rollout, AndLater = true })).ShouldBe("answer-not-in-advance");
        (await AskedAsync(fleet, 2)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Alike_questions_are_taken_on_together_and_what_another_has_is_left_to_him()
    {
        await using var fleet = await StartAsync("sqlite");
        var rollout = await fleet.StartRolloutAsync(Zones[..4], maxParallel: 4, maxFailures: "12");
        var open = await AskedAsync(fleet, 4);
        (await fleet.Decisions.ClaimAsync(open[0].Id.ToString(), AnswerScope.This, takeOver: false, "bob", null, default)).Value!.Answered.Single().ClaimedBy.ShouldBe("bob");
        var claimed = (await fleet.Decisions.ClaimAsync(open[1].Id.ToString(), AnswerScope.Rollout, takeOver: false, "ann", null, default)).Value!;
        (claimed.Answered.Count, claimed.Refused.Single().Args["zone"]).ShouldBe((3, open[0].Zone));
        var answered = (await fleet.Decisions.AnswerAsync(open[1].Id.ToString(), new AnswerDecision { Choice = Choices.Retry, Comment = "m", Scope = AnswerScope.Rollout }, "ann", default)).Value!;
        (answered.Answered.Count, answered.Refused.Single().Args["zone"]).ShouldBe((3, open[0].Zone));
        answered.Refused.Single().Args["because"].ShouldContain("bob");
        (await fleet.Decisions.LetGoAsync(open[0].Id.ToString(), AnswerScope.This, "bob", null, default)).Problems.ShouldBeEmpty();
        await fleet.AnswerAsync(open[0], Choices.Retry, "m");
        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);
    }

    [Fact]
    public async Task Whoever_goes_off_duty_passes_on_what_was_taken_on_and_the_page_says_how_things_stand()
    {
        await using var fleet = await StartAsync("sqlite");
        await fleet.StartRolloutAsync(Zones[..3], maxParallel: 3, maxFailures: "12");
        var open = await AskedAsync(fleet, 3);
        await fleet.Decisions.ClaimAsync(open[0].Id.ToString(), AnswerScope.This, takeOver: false, "ann", null, default);
        await fleet.Decisions.ClaimAsync(open[1].Id.ToString(), AnswerScope.This, takeOver: false, "cleo", null, default);
        var handovers = fleet.Service<IHandovers>();
        (await handovers.PassOnAsync("bob", "ann", default)).Select(d => d.Id).ShouldBe([open[0].Id]);
        var page = await handovers.ReadAsync(default);
        page.Rollouts.Single().Zones.Count.ShouldBe(3);
        page.Decisions.ToDictionary(d => d.Id, d => d.ClaimedBy).ShouldSatisfyAllConditions(c => c[open[0].Id].ShouldBe("bob"), c => c[open[1].Id].ShouldBe("cleo"), c => c[open[2].Id].ShouldBeNull());
        (await handovers.PassOnAsync("bob", "ann", default)).ShouldBeEmpty("she has nothing any more");
    }

    [Fact]
    public async Task A_question_that_nobody_answers_in_time_ends_its_zone_where_the_strategy_says_so()
    {
        await using var fleet = await StartAsync("sqlite");
        var rollout = await fleet.StartRolloutAsync(new StartRollout
        {
            Zones = Zones[..2],
            PackageDigest = Samples.Package.Digest,
            Strategy = "apiVersion: fleet/v1\nname: s\nunanswered: {then: fail, after: 2s}\nwaves: [{name: all}]\n",
        });
        var ended = await fleet.WaitForEndAsync(rollout.Id);
        ended.State.ShouldBe(RolloutState.Failed);
        var decisions = await fleet.Decisions.ListAsync(rollout.Id, openOnly: false, default);
        decisions.ShouldAllBe(d => d.State == DecisionState.Expired && d.ExpiresAt != null && d.Answer == null);
        ended.Zones.Where(z => z.State != ZoneState.Waiting).ShouldAllBe(z => z.State == ZoneState.Failed);
    }

    [Fact]
    public async Task To_ignore_failed_nodes_of_many_zones_is_bound_by_what_was_seen_and_hypers_are_answered_one_by_one()
    {
        // By zone: the component, how many of its nodes failed, and of how many.
        var asks = new Dictionary<string, (string Component, int Failed, int Nodes)>
        {
            ["z01"] = ("proxy/proxy", 1, 4),
            ["z02"] = ("proxy/proxy", 1, 8),
            ["z03"] = ("proxy/proxy", 2, 4),
            ["z04"] = ("proxy/proxy", 1, 2),
            ["z05"] = ("hyper/hyper", 1, 40),
            ["z06"] = ("hyper/hyper", 1, 40),
        };
        var worker = new FakeWorker("w1")
        {
            Script = async run =>
            {
                await run.CarryOutAsync(async step =>
                {
                    if (step.Name != "upgrade-packages")
                        return false;
                    var ask = asks[run.Command.Zone];
                    await run.StartingAsync(step);
                    await run.PromptAsync(step, 100, "ignore-failed-nodes", ask.Component, safePoint: true, [.. Enumerable.Range(1, ask.Failed).Select(n => $"n{n}")], ask.Nodes);
                    await run.AnsweredAsync(await run.AnswerToAsync(100));
                    await run.FinishedAsync(step, StepOutcome.Succeeded);
                    return false;
                });
            },
        };
        await using var fleet = await Coordinator.StartAsync([worker]);
        await fleet.SeedAsync([.. asks.Keys.Select(z => Samples.Zone(z))]);
        await fleet.StartRolloutAsync(asks.Keys, maxParallel: 6, maxFailures: "6");
        var open = (await AskedAsync(fleet, 6)).ToDictionary(d => d.Zone!);

        var hyper = await fleet.Decisions.AnswerAsync(open["z05"].Id.ToString(), new AnswerDecision { Choice = Choices.Yes, Scope = AnswerScope.Rollout }, "ann", default);
        (hyper.Kind, hyper.Problems.Single().Code).ShouldBe((ResultKind.Invalid, "answer-only-singly"));
        var answered = (await fleet.Decisions.AnswerAsync(open["z01"].Id.ToString(), new AnswerDecision { Choice = Choices.Yes, Scope = AnswerScope.AllAlike }, "ann", default)).Value!;
        answered.Answered.Select(d => d.Zone).ShouldBe(["z01", "z02"], ignoreOrder: true);
        answered.Refused.Select(r => r.Args["zone"]).ShouldBe(["z03", "z04"], ignoreOrder: true);
        (await AskedAsync(fleet, 4)).Select(d => d.Zone).ShouldBe(["z03", "z04", "z05", "z06"], ignoreOrder: true);

        foreach (var zone in (string[])["z03", "z04", "z05", "z06"])
            (await fleet.Decisions.AnswerAsync(open[zone].Id.ToString(), new AnswerDecision { Choice = Choices.Yes }, "ann", default)).Problems.ShouldBeEmpty();
        (await fleet.Decisions.PolicyAsync(open["z01"].Id.ToString(), default)).Problems.Single().Code.ShouldBe("policy-ignores-failures");
    }

    [Fact]
    public async Task An_answer_to_no_prompt_becomes_no_policy()
    {
        await using var fleet = await StartAsync("sqlite");
        await fleet.StartRolloutAsync(Zones[..1], maxParallel: 1);
        var asked = await fleet.DecisionAsync();
        (await fleet.Decisions.PolicyAsync(asked.Id.ToString(), default)).ShouldSatisfyAllConditions(r => r.Kind.ShouldBe(ResultKind.Conflict), r => r.Problems.Single().Code.ShouldBe("policy-only-of-prompts"));
    }

    private static async Task<IReadOnlyList<DecisionView>> AskedAsync(Coordinator fleet, int count) =>
        await Eventually.GetAsync(async () => await fleet.Decisions.ListAsync(null, openOnly: true, default) is var open && open.Count == count ? open : null, Coordinator.Limit, default);

    /// <summary>The step <c>services</c> of every zone fails the first time.</summary>
    private async Task<Coordinator> StartAsync(string provider)
    {
        var settings = new Dictionary<string, string?> { ["Fleet:Reconciler:Rollouts"] = "00:00:01" };
        if (provider == "postgres")
            (settings["Fleet:Store:Provider"], settings["Fleet:Store:ConnectionString"]) = (provider, await postgres.Cluster.CreateDatabaseAsync(default));
        var worker = new FakeWorker("w1")
        {
            Script = run => run.CarryOutAsync(async step =>
            {
                if (step.Name != "services" || run.Command.Phase != "preflight" || run.Command.Ledger.FirstOrDefault(e => e.Step == "services" && e.Phase == "preflight")?.Attempt is > 1)
                    return false;
                await run.StepAsync(step, StepOutcome.Failed);
                await run.HoldAsync(step, DecisionKind.FailedStep, Choices.Retry, Choices.MarkDone, Choices.Fail);
                return true;
            }),
        };
        var fleet = await Coordinator.StartAsync([worker], settings);
        await fleet.SeedAsync([.. Zones.Select(z => Samples.Zone(z))]);
        return fleet;
    }
}
