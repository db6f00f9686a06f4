using Fleet.Cli.Decisions;
using Fleet.Cli.Tests.Texts;
using Fleet.Cli.Tests.Watching;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;
using Fleet.Server.Api.Decisions;

namespace Fleet.Cli.Tests.Output;

public sealed class DecisionTextTests
{
    [Fact]
    public void What_became_of_it_before_names_the_bad_ends_first() =>
        DecisionPrinter.Remembered(new RememberedAnswer("yes", 14, 13, 1, 0, [new BadEnd("cd1a", "march", new DateTimeOffset(new DateTime(2026, 3, 3, 12, 0, 0, DateTimeKind.Local)), "ann", "verify/services")]))
            .ShouldBe("yes 14 times: 1 bad (cd1a, 2026-03-03: verify/services), 13 fine");

    [Fact]
    public void What_ended_well_or_is_not_known_is_said_so()
    {
        DecisionPrinter.Remembered(new RememberedAnswer("retry", 1, 1, 0, 0, [])).ShouldBe("retry 1 time: 1 fine");
        DecisionPrinter.Remembered(new RememberedAnswer("retry", 9, 2, 5, 2, [new BadEnd("a", "r", Some.Now, "ann", "failed")])).ShouldEndWith("; …), 2 fine, 2 not known");
    }

    [Fact]
    public void In_Chinese_the_words_around_choices_and_names_are_Chinese()
    {
        var march = new DateTimeOffset(new DateTime(2026, 3, 3, 12, 0, 0, DateTimeKind.Local));
        Speaking.Chinese(() => DecisionPrinter.Remembered(new RememberedAnswer("yes", 14, 12, 1, 1, [new BadEnd("cd1a", "march", march, "ann", "verify/services")])))
            .ShouldBe("yes 14 次：1 次不佳（cd1a, 2026-03-03: verify/services），12 次正常，1 次未知");
        var asked = Asked(Guid.NewGuid(), "z1");
        Speaking.Chinese(() => DecisionPrinter.Meaning(asked, "retry")).ShouldBe("重试该步骤");
        Speaking.Chinese(() => DecisionPrinter.Subject(asked with { Zone = null, Wave = "rest" })).ShouldBe("night 的批次 rest");
        Speaking.Chinese(() => DecisionCommands.Questions([.. Enumerable.Range(1, 5).Select(n => asked with { Id = Guid.NewGuid(), Zone = $"z{n}" })]).Single().Zones).ShouldBe("z1, z2 及另外 3 个");
    }

    [Fact]
    public void What_asks_the_same_is_one_line_with_its_zones_and_what_somebody_has_is_another()
    {
        var rollout = Guid.NewGuid();
        DecisionDocument[] decisions = [.. Enumerable.Range(1, 5).Select(n => Asked(rollout, $"z{n}")), Asked(rollout, "z6") with { ClaimedBy = "ann" }, Asked(Guid.NewGuid(), "z7"), Asked(rollout, "z8") with { State = DecisionState.Answered }];
        DecisionCommands.Questions(decisions).Select(q => q.Zones).ShouldBe(["z1, z2 and 3 more", "z6", "z7", "z8"]);
    }

    private static DecisionDocument Asked(Guid rollout, string zone) => new()
    {
        Id = Guid.NewGuid(),
        Kind = DecisionKind.FailedStep,
        State = DecisionState.Open,
        Zone = zone,
        Rollout = rollout,
        RolloutName = "night",
        Phase = "preflight",
        Step = "services",
        Attempt = 1,
        Question = "?",
        QuestionCode = "step-failed",
        QuestionArgs = new Dictionary<string, string>(),
        Context = "",
        Choices = ["retry"],
        Items = [],
        Fingerprint = "f",
        Alike = 4,
        AskedAt = Some.Now,
        ChoicesInAdvance = ["retry"],
        Memory = [],
    };
}
