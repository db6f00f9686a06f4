using System.Text;
using System.Text.Json.Nodes;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Strategies;
using Fleet.Runbooks.Tests.Schema;

namespace Fleet.Runbooks.Tests.Strategies;

public sealed class StrategyLoaderTests
{
    private const string Whole = """
        apiVersion: fleet/v1
        name: careful
        maxParallel: 25%
        maxParallelPerLabel: {region: 1}
        maxParallelPerPool: {beijing: 50%}
        slowStart: true
        maxFailures: 5%
        timeLimit: 10h
        globalZones: first
        waves:
          - name: canary
            zones: tier=canary
            take: 2
            maxParallel: 1
            maxFailures: 0
            timeLimit: 3h
            bake: 30m
            verdict: {succeeded: ask, failed: go-on, inconclusive: stop}
          - name: rest
        """;

    private static readonly string SchemaFile = Repository.PathOf("contracts", "schemas", "strategy.schema.json");
    private static readonly JsonObject Schema = JsonNode.Parse(File.ReadAllText(SchemaFile))!.AsObject();

    public static TheoryData<string> Files => [Whole, .. Directory.EnumerateFiles(Repository.PathOf("docs", "examples", "strategies"), "*.yaml").Select(File.ReadAllText)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task What_is_shipped_satisfies_the_schema_and_the_loader(string text)
    {
        StrategyLoader.Load(text).Problems.ShouldBeEmpty();
        (await SchemaCheck.ErrorsAsync(Schema, text)).ShouldBeEmpty();
    }

    [Fact]
    public void Everything_that_a_file_says_is_read()
    {
        var strategy = StrategyLoader.Load(Whole).Strategy!;
        strategy.ShouldSatisfyAllConditions(
            s => s.Name.ShouldBe("careful"),
            s => s.Digest.ShouldBe(RunbookLoader.DigestOf(Whole)),
            s => s.MaxParallel.ShouldBe(new Amount(null, 25)),
            s => s.MaxParallelPerLabel["region"].ShouldBe(new Amount(1, null)),
            s => s.MaxParallelPerPool["beijing"].ShouldBe(new Amount(null, 50)),
            s => s.SlowStart.ShouldBeTrue(),
            s => s.MaxFailures.ShouldBe(new Amount(null, 5)),
            s => s.TimeLimit.ShouldBe(TimeSpan.FromHours(10)),
            s => s.GlobalZones.ShouldBe(GlobalOrder.First));
        strategy.Waves[0].ShouldBe(new WaveRule
        {
            Name = "canary",
            Line = 11,
            Column = 5,
            Zones = "tier=canary",
            Take = new Amount(2, null),
            MaxParallel = new Amount(1, null),
            MaxFailures = Amount.None,
            TimeLimit = TimeSpan.FromHours(3),
            Bake = TimeSpan.FromMinutes(30),
            Verdict = new VerdictActions(VerdictAction.Ask, VerdictAction.GoOn, VerdictAction.Stop),
        });
        strategy.Waves[1].ShouldBe(new WaveRule { Name = "rest", Line = 19, Column = 5 });
    }

    [Theory]
    [InlineData("maxParallel: 25%", "maxParallel: 0", "3:14 strategy-bad-amount")]
    [InlineData("maxParallel: 25%", "maxParallel: 101%", "3:14 strategy-bad-amount")]
    [InlineData("maxParallel: 25%", "maxParallel: 1001", "3:14 strategy-bad-amount")]
    [InlineData("maxParallel: 25%", "maxParallel: many", "3:14 strategy-bad-amount")]
    [InlineData("maxFailures: 5%", "maxFailures: 200%", "7:14 strategy-bad-amount")]
    [InlineData("{region: 1}", "{region: 0%}", "4:31 strategy-bad-amount")]
    [InlineData("timeLimit: 10h", "timeLimit: 3d", "8:12 file-bad-duration")]
    [InlineData("globalZones: first", "globalZones: middle", "9:14 file-bad-choice")]
    [InlineData("failed: go-on", "failed: perhaps", "18:39 file-bad-choice")]
    [InlineData("    bake: 30m\n", "", "17:14 strategy-verdict-without-bake")]
    [InlineData("- name: rest", "- name: canary", "19:11 file-duplicate-name")]
    [InlineData("slowStart: true", "slowstart: true", "6:1 file-unknown-key-like")]
    [InlineData("name: careful", "name: Very Careful", "2:7 file-bad-name")]
    [InlineData("apiVersion: fleet/v1\n", "", "1:1 file-missing-key")]
    public async Task What_is_wrong_is_told_with_line_and_column_and_an_editor_marks_it(string right, string wrong, string expected)
    {
        var text = Whole.Replace(right, wrong, StringComparison.Ordinal);
        text.ShouldNotBe(Whole);
        var problems = StrategyLoader.Load(text).Problems;
        string.Join(' ', problems.Select(p => $"{p.Line}:{p.Column} {p.Code}")).ShouldBe(expected);
        // Names that are there twice, and durations over two days, are beyond a schema.
        if (!expected.Contains("duplicate", StringComparison.Ordinal) && !expected.Contains("duration", StringComparison.Ordinal))
            (await SchemaCheck.ErrorsAsync(Schema, text)).ShouldNotBeEmpty();
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        var problems = StrategyLoader.Load("apiVersion: fleet/v2\nmaxParallel: 0\ntimeLimit: soon\nwaves: []\n").Problems;
        problems.Select(p => p.Code).ShouldBe(["file-bad-choice", "file-missing-key", "strategy-bad-amount", "file-bad-duration", "strategy-no-waves"], ignoreOrder: true);
        problems.ShouldAllBe(p => !p.Message.Contains('{', StringComparison.Ordinal) && p.Message.Length > 10);
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a list")]
    [InlineData("name: [")]
    [InlineData("waves: &a [*a]")]
    [InlineData("waves: {name: no list}")]
    [InlineData("waves: [1, [2], {}, {name: {}}, {name: a, verdict: [x]}]")]
    [InlineData("maxParallelPerLabel: 3\nwaves: 3")]
    public void Whatever_is_given_is_refused_with_a_reason(string text)
    {
        var loaded = StrategyLoader.Load(text);
        loaded.Strategy.ShouldBeNull();
        loaded.Problems.ShouldNotBeEmpty();
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused_where_they_begin() =>
        StrategyLoader.Load([.. Encoding.UTF8.GetBytes("name: "), 0xff]).Problems.Single().ShouldSatisfyAllConditions(p => p.Code.ShouldBe("file-not-utf8"), p => p.Args["offset"].ShouldBe("6"));

    [Theory]
    [InlineData("3", 10, 3, 3, 3)]
    [InlineData("10%", 19, 1, 1, 2)]
    [InlineData("10%", 5, 0, 1, 1)]
    [InlineData("0", 5, 0, 1, 0)]
    [InlineData("100%", 7, 7, 7, 7)]
    public void An_amount_is_floored_for_budgets_at_least_one_for_limits_and_rounded_up_for_waves(string text, int zones, int budget, int limit, int taken)
    {
        var amount = Amount.Parse(text)!;
        (amount.Of(zones), amount.AtLeastOneOf(zones), amount.UpTo(zones)).ShouldBe((budget, limit, taken));
        amount.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("{then: fail, after: 4h}", 4.0, null)]
    [InlineData("{then: hold}", null, null)]
    [InlineData("{then: fail}", null, "strategy-unanswered-without-after")]
    [InlineData("{then: hold, after: 4h}", null, "strategy-unanswered-hold-after")]
    [InlineData("{then: ignore, after: 4h}", null, "file-bad-choice")]
    [InlineData("{after: 4h}", null, "file-missing-key")]
    public void What_is_not_answered_is_held_or_fails_and_nothing_else(string unanswered, double? hours, string? problem)
    {
        var loaded = StrategyLoader.Load($"apiVersion: fleet/v1\nname: s\nunanswered: {unanswered}\nwaves: [{{name: all}}]\n");
        loaded.Problems.Select(p => p.Code).ShouldBe(problem is null ? [] : [problem]);
        loaded.Strategy?.Unanswered?.TotalHours.ShouldBe(hours!.Value);
        (loaded.Strategy?.Unanswered is null).ShouldBe(hours is null);
    }

    [Theory]
    [InlineData("0", 0, null)]
    [InlineData("12", 12, null)]
    [InlineData("100", null, "strategy-bad-skew")]
    [InlineData("-1", null, "strategy-bad-skew")]
    [InlineData("one", null, "strategy-bad-skew")]
    public void How_far_zones_may_differ_is_a_number_of_minor_versions(string skew, int? read, string? problem)
    {
        var loaded = StrategyLoader.Load($"apiVersion: fleet/v1\nname: s\nmaxSkew: {skew}\nwaves: [{{name: all}}]\n");
        loaded.Problems.Select(p => p.Code).ShouldBe(problem is null ? [] : [problem]);
        loaded.Strategy?.MaxSkew.ShouldBe(read);
    }

    [Theory]
    [InlineData("{required: 2}", "2 of anybody, 24 h")]
    [InlineData("{required: 2, from: [ann, bob, eve], oneOf: [eve], self: true, within: 90m}", "2 of ann bob eve with eve or self, 1.5 h")]
    [InlineData("{required: 0}", "strategy-bad-approvals 3")]
    [InlineData("{required: 21}", "strategy-bad-approvals 3")]
    [InlineData("{required: two}", "strategy-bad-approvals 3")]
    [InlineData("{from: [ann]}", "file-missing-key 3")]
    [InlineData("{required: 2, from: [ann]}", "strategy-approvals-too-few 3")]
    [InlineData("{required: 1, from: [ann], oneOf: [bob]}", "strategy-approver-not-named 3")]
    [InlineData("{required: 1, from: [ann, ann]}", "strategy-approver-twice 3")]
    [InlineData("{required: 1, within: soon}", "file-bad-duration 3")]
    [InlineData("{required: 1, people: [ann]}", "file-unknown-key 3")]
    [InlineData("[ann]", "file-expects-map 3")]
    public void Who_must_approve_is_read_and_held_against_itself(string approvals, string read)
    {
        var loaded = StrategyLoader.Load($"apiVersion: fleet/v1\nname: s\napprovals: {approvals}\nwaves: [{{name: all}}]\n");
        var told = loaded.Strategy?.Approvals is { } rule
            ? FormattableString.Invariant($"{rule.Required} of {(rule.From.Count == 0 ? "anybody" : string.Join(' ', rule.From))}{(rule.OneOf.Count == 0 ? "" : $" with {string.Join(' ', rule.OneOf)}")}{(rule.Self ? " or self" : "")}, {rule.Within.TotalHours} h")
            : string.Join(", ", loaded.Problems.Select(p => $"{p.Code} {p.Line}"));
        told.ShouldBe(read);
    }

    [Fact]
    public void Schema_and_loader_have_the_same_keys_and_words()
    {
        Names(Schema["properties"]!).ShouldBe(Keys.Strategy, ignoreOrder: true);
        var wave = Schema["definitions"]!["wave"]!["properties"]!;
        Names(wave).ShouldBe(Keys.Wave, ignoreOrder: true);
        Names(wave["verdict"]!["properties"]!).ShouldBe(Keys.Verdict, ignoreOrder: true);
        foreach (var verdict in Keys.Verdict)
            Words(wave["verdict"]!["properties"]![verdict]!).ShouldBe(Keys.VerdictActions);
        Words(Schema["properties"]!["globalZones"]!).ShouldBe(Keys.GlobalOrders);
        Names(Schema["properties"]!["unanswered"]!["properties"]!).ShouldBe(Keys.Unanswered, ignoreOrder: true);
        Names(Schema["properties"]!["approvals"]!["properties"]!).ShouldBe(Keys.Approvals, ignoreOrder: true);
        Words(Schema["properties"]!["unanswered"]!["properties"]!["then"]!).ShouldBe(Keys.UnansweredActions);
    }

    [Fact]
    public void Every_key_is_in_the_reference()
    {
        var reference = File.ReadAllText(Repository.PathOf("docs", "strategies.md"));
        Keys.Strategy.Concat(Keys.Approvals).Concat(Keys.Wave).Concat(Keys.Verdict).Concat(Keys.VerdictActions).Where(k => !reference.Contains($"`{k}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(p => p.Key);

    private static IEnumerable<string> Words(JsonNode node) => node["enum"]!.AsArray().Select(v => v!.GetValue<string>());
}
