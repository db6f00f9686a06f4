using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Worker.Steps.Manual;
using Fleet.Worker.Steps.UpdateWebsite;

namespace Fleet.Worker.Tests.Steps;

public sealed class ManualTests
{
    [Theory]
    [InlineData("1. Restart seed:\n   service seed restart\n2. Look at quotas.\n", "Restart seed: service seed restart|Look at quotas.")]
    [InlineData("- one\n- two\n", "one|two")]
    [InlineData("1、重启\n2、检查\n", "重启|检查")]
    [InlineData("# Title\n\ndo this\ndo that\n", "do this|do that")]
    [InlineData("", "")]
    public void Each_manual_operation_is_one_item(string file, string items) => string.Join('|', ManualOperations.Of(file, []).Select(o => o.Text)).ShouldBe(items);

    [Fact]
    public void Readmes_come_after_the_file_and_are_named() =>
        ManualOperations.Of("1. one\n", [("/u/README", "Quotas changed;\nsee the console.")]).Select(o => $"{o.Id} {o.Text}").ShouldBe(["1 one", "2 /u/README: Quotas changed; see the console."]);

    [Theory]
    [InlineData("done", null, null, "1=done 2=done")]
    [InlineData("done", "1=done,2=defer", "2: next week", "1=done 2=defer(next week)")]
    [InlineData("not-applicable", "2", null, "2=not-applicable")]
    [InlineData("x", """{"1":{"choice":"done"},"2":{"choice":"defer","comment":"later"}}""", null, "1=done 2=defer(later)")]
    [InlineData("x", "{broken", null, "")]
    [InlineData("fail", null, null, "")]
    public void Answers_name_their_items(string choice, string? items, string? comment, string answers)
    {
        var parameters = new Dictionary<string, string> { ["choice"] = choice };
        if (items is not null)
            parameters["items"] = items;
        if (comment is not null)
            parameters["comment"] = comment;
        var read = ManualAnswer.Of(parameters, ["1", "2"]);
        string.Join(' ', read.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value.Choice}{(a.Value.Comment is { } c ? $"({c})" : "")}")).ShouldBe(answers);
    }

    [Fact]
    public void What_is_deferred_stays_as_a_debt()
    {
        var operations = ManualOperations.Of("1. one\n2. two\n", []);
        var result = ManualStep.Settled(operations, ManualAnswer.Of(new Dictionary<string, string> { ["items"] = "1=done,2=defer", ["comment"] = "2: next window" }, ["1", "2"]), "ann");
        result.Outcome.ShouldBe(StepOutcome.Succeeded);
        result.Debts.ShouldBe([new Debt(DebtKind.ManualOperation, "two", "next window", "ann")]);
    }

    [Theory]
    [InlineData("pek1a:s", null, "webservice")]
    [InlineData("pek1a", null, "")]
    [InlineData("pek1a,pek1b:s", null, "pek1b-webservice")]
    [InlineData("-:s", "pek1a", "webservice")]
    public void The_website_is_upgraded_only_for_special_sub_zones(string ids, string? read, string groups)
    {
        var traits = new ZoneTraits
        {
            ZoneIds = [.. ids.Split(',').Select(i => i.Split(':')).Select(p => new ZoneIdTraits(p[0] == "-" ? null : p[0], ZoneKind.Sub, p.Length > 1))],
        };
        string.Join(',', WebsiteTarget.Of(traits, read, "webservice").Select(t => t.Group)).ShouldBe(groups);
    }
}
