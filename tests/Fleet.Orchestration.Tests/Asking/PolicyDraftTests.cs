using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.Tests.Asking;

public sealed class PolicyDraftTests
{
    [Theory]
    [InlineData("Restart 3 of 12 services on [pek1a] now? (y/n) ", "y", "Restart 7 of 9 services on [pek1a]  now? (y/n)")]
    [InlineData("Wo sollen \"Dumps\" hin: /a\\b", "the \"other\" one", "Wo sollen \"Dumps\" hin: /a\\b")]
    public void An_answer_to_a_question_that_no_rule_knew_becomes_a_rule_that_knows_it(string question, string answer, string again)
    {
        var decision = Answered(question, rule: null, answer, text: true);
        PolicyDrafts.Problem(decision, Samples.Runbook).ShouldBeNull();
        var loaded = RunbookLoader.Load(PolicyDrafts.File(decision, Samples.Runbook));
        loaded.Problems.ShouldBeEmpty(PolicyDrafts.File(decision, Samples.Runbook));
        var rule = loaded.Runbook!.FindPhase("upgrade-platform")!.FindStep("upgrade-packages")!.Prompts[0];
        (rule.Name, rule.Policy, rule.Answer).ShouldBe(("site-0123abcd", PromptPolicy.Answer, answer));
        Patterns.Compile(rule.Pattern).IsMatch(again).ShouldBeTrue(rule.Pattern);
        Patterns.Compile(rule.Pattern).IsMatch("Do you want to ignore the failed nodes and fix them manually later [y/N]?").ShouldBeFalse();
        loaded.Runbook.Name.ShouldBe("qingcloud-upgrade-site");
    }

    [Fact]
    public void An_answer_to_a_known_question_is_laid_over_its_rule()
    {
        var decision = Answered("Are you sure to exec the command on the above nodes [y/N]?", "exec-nodes", Choices.No) with { Phase = "prepare-platform", Step = "nodes-healthy" };
        PolicyDrafts.Fragment(decision, Samples.Runbook).ShouldBe("phases:\n  - name: prepare-platform\n    steps:\n      - name: nodes-healthy\n        prompts:\n          - name: exec-nodes\n            policy: answer\n            answer: \"no\"\n");
        var loaded = RunbookLoader.Load(PolicyDrafts.File(decision, Samples.Runbook));
        loaded.Problems.ShouldBeEmpty();
        loaded.Runbook!.FindPhase("prepare-platform")!.FindStep("nodes-healthy")!.Prompts.Single(p => p.Name == "exec-nodes").Answer.ShouldBe("no");
    }

    [Fact]
    public void What_a_person_must_look_at_each_time_becomes_no_policy()
    {
        PolicyDrafts.Problem(Answered("ignore?", "ignore-failed-nodes", Choices.Yes), Samples.Runbook)!.Code.ShouldBe("policy-ignores-failures");
        PolicyDrafts.Problem(Answered("ignore?", "ignore-failed-nodes", Choices.No), Samples.Runbook).ShouldBeNull();
        PolicyDrafts.Problem(Answered("update?", "component", Choices.No), Samples.Runbook)!.Code.ShouldBe("policy-of-component");
        PolicyDrafts.Problem(Answered("x?", null, Choices.Abort), Samples.Runbook)!.Code.ShouldBe("policy-without-answer");
        PolicyDrafts.Problem(Answered("x?", null, Choices.Yes) with { Answer = null }, Samples.Runbook)!.Code.ShouldBe("policy-without-answer");
        PolicyDrafts.Problem(Answered("x?", null, Choices.Retry) with { Prompt = null, Kind = DecisionKind.FailedStep }, Samples.Runbook)!.Code.ShouldBe("policy-only-of-prompts");
    }

    private static Decision Answered(string question, string? rule, string answer, bool text = false) => new()
    {
        Id = Guid.NewGuid(),
        Kind = DecisionKind.Prompt,
        Phase = "upgrade-platform",
        Step = "upgrade-packages",
        Attempt = 1,
        Question = Finding.Of("prompt"),
        Choices = [Choices.Yes, Choices.No],
        Fingerprint = "0123abcdef",
        AskedAt = default,
        State = DecisionState.Answered,
        Prompt = new OpenPrompt { ExecutionId = "e", Offset = 1, Rule = rule, Text = question, Ignores = rule == "ignore-failed-nodes", Component = "proxy/proxy" },
        Answer = new DecisionAnswer { Choice = text ? "text" : answer, Text = text ? answer : null, By = "ann", At = new DateTimeOffset(2026, 11, 28, 0, 0, 0, TimeSpan.Zero) },
    };
}
