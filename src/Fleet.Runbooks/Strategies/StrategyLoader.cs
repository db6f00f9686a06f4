using System.Globalization;
using Fleet.Runbooks.Loading;

namespace Fleet.Runbooks.Strategies;

/// <param name="Strategy">Null when anything is wrong.</param>
/// <param name="Problems">All that is wrong, in the order of the file.</param>
public sealed record StrategyLoadResult(StrategyFile? Strategy, IReadOnlyList<LoadProblem> Problems);

/// <summary>Reads and checks a strategy file. Pure; what contradicts the zones that are upgraded shows only in a plan.</summary>
public static class StrategyLoader
{
    /// <summary>All that is wrong is told at once.</summary>
    public static StrategyLoadResult Load(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var problems = new LoadProblems();
        var strategy = NodeReader.Read(text, file: null, problems) is { } root ? Read(root, RunbookLoader.DigestOf(text), problems) : null;
        return new StrategyLoadResult(problems.Any ? null : strategy, problems.InOrder());
    }

    /// <summary>The same of a file's bytes, which must be UTF-8.</summary>
    public static StrategyLoadResult Load(ReadOnlySpan<byte> utf8)
    {
        var problems = new LoadProblems();
        return FileText.Read(utf8, problems) is { } text ? Load(text) : new StrategyLoadResult(null, problems.InOrder());
    }

    private static StrategyFile? Read(Mapping root, string digest, LoadProblems problems)
    {
        if (MapReader.Of(root, Keys.Strategy, problems) is not { } reader)
            return null;
        if (reader.Required("apiVersion") is { Length: > 0 } api && api != Keys.ApiVersion)
            problems.At(reader.Node("apiVersion")!, "file-bad-choice", ("value", api), ("allowed", Keys.ApiVersion));
        var waves = reader.Items("waves");
        if (waves.Count == 0)
            problems.At(reader.Node("waves") ?? root, "strategy-no-waves");
        Unique.Names(waves, "wave", problems);
        return new StrategyFile
        {
            Name = reader.Name(),
            Digest = digest,
            MaxParallel = AmountOf(reader, "maxParallel", least: 1, problems),
            MaxParallelPerLabel = Amounts(reader, "maxParallelPerLabel", problems),
            MaxParallelPerPool = Amounts(reader, "maxParallelPerPool", problems),
            SlowStart = reader.Flag("slowStart"),
            MaxFailures = AmountOf(reader, "maxFailures", least: 0, problems),
            TimeLimit = DurationOf(reader, "timeLimit", problems),
            ZoneTimeLimit = DurationOf(reader, "zoneTimeLimit", problems),
            GlobalZones = OrderOf(reader.Choice("globalZones", Keys.GlobalOrders)),
            MaxSkew = SkewOf(reader, problems),
            Unanswered = ReadUnanswered(reader, problems),
            Approvals = ReadApprovals(reader, problems),
            Waves = [.. waves.Select(w => ReadWave(w, problems)).OfType<WaveRule>()],
        };
    }

    private static WaveRule? ReadWave(Node node, LoadProblems problems)
    {
        if (MapReader.Of(node, Keys.Wave, problems) is not { } reader)
            return null;
        var bake = DurationOf(reader, "bake", problems);
        var verdict = ReadVerdict(reader, problems);
        if (bake is null && reader.Node("bake") is null && verdict is not null)
            problems.At(reader.Node("verdict")!, "strategy-verdict-without-bake");
        return new WaveRule
        {
            Name = reader.Name(),
            Line = node.Mark.Line,
            Column = node.Mark.Column,
            Zones = reader.Optional("zones"),
            Take = AmountOf(reader, "take", least: 1, problems),
            MaxParallel = AmountOf(reader, "maxParallel", least: 1, problems),
            MaxFailures = AmountOf(reader, "maxFailures", least: 0, problems),
            TimeLimit = DurationOf(reader, "timeLimit", problems),
            Bake = bake,
            Verdict = verdict ?? VerdictActions.Default,
        };
    }

    private static int? SkewOf(MapReader reader, LoadProblems problems)
    {
        if (reader.Optional("maxSkew") is not { Length: > 0 } value)
            return null;
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var skew) && skew <= 99)
            return skew;
        problems.At(reader.Node("maxSkew")!, "strategy-bad-skew", ("value", value));
        return null;
    }

    /// <summary>Time alone ignores nothing: a question is held open, or the zone has failed.</summary>
    private static TimeSpan? ReadUnanswered(MapReader strategy, LoadProblems problems)
    {
        if (strategy.Node("unanswered") is not { } node || MapReader.Of(node, Keys.Unanswered, problems) is not { } reader)
            return null;
        var fails = reader.Required("then") is { Length: > 0 } then && Checks.Choice(reader.Node("then")!, then, Keys.UnansweredActions, problems) == "fail";
        var after = DurationOf(reader, "after", problems);
        if (fails && after is null && reader.Node("after") is null)
            problems.At(node, "strategy-unanswered-without-after");
        if (!fails && after is not null && reader.Optional("then") == "hold")
            problems.At(reader.Node("after")!, "strategy-unanswered-hold-after");
        return fails ? after : null;
    }

    private static ApprovalRule? ReadApprovals(MapReader strategy, LoadProblems problems)
    {
        if (strategy.Node("approvals") is not { } node || MapReader.Of(node, Keys.Approvals, problems) is not { } reader)
            return null;
        var required = RequiredOf(reader, problems);
        var (from, oneOf) = (PeopleOf(reader, "from", problems), PeopleOf(reader, "oneOf", problems));
        // How many a group has is known to the identity provider only.
        if (from.Count > 0 && from.Count < required && !from.Any(ApprovalRule.IsGroup))
            problems.At(reader.Node("from")!, "strategy-approvals-too-few", ("count", $"{from.Count}"), ("required", $"{required}"));
        foreach (var (at, person) in reader.TextsAt("oneOf").Where(p => from.Count > 0 && !from.Contains(p.Text) && !from.Any(ApprovalRule.IsGroup)))
            problems.At(at, "strategy-approver-not-named", ("person", person));
        var rule = new ApprovalRule { Required = required, From = from, OneOf = oneOf, Self = reader.Flag("self") };
        return DurationOf(reader, "within", problems) is { } within ? rule with { Within = within } : rule;
    }

    private static int RequiredOf(MapReader reader, LoadProblems problems)
    {
        var value = reader.Required("required");
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var required) && required is >= 1 and <= 20)
            return required;
        if (value.Length > 0)
            problems.At(reader.Node("required")!, "strategy-bad-approvals", ("value", value));
        return 1;
    }

    private static IReadOnlyList<string> PeopleOf(MapReader reader, string key, LoadProblems problems)
    {
        var people = reader.TextsAt(key);
        foreach (var (node, person) in people.GroupBy(p => p.Text).Where(g => g.Count() > 1).Select(g => g.Last()))
            problems.At(node, "strategy-approver-twice", ("person", person));
        return [.. people.Select(p => p.Text)];
    }

    private static VerdictActions? ReadVerdict(MapReader wave, LoadProblems problems)
    {
        if (wave.Node("verdict") is not { } node || MapReader.Of(node, Keys.Verdict, problems) is not { } reader)
            return null;
        return new VerdictActions(
            ActionOf(reader, "succeeded") ?? VerdictActions.Default.Succeeded,
            ActionOf(reader, "failed") ?? VerdictActions.Default.Failed,
            ActionOf(reader, "inconclusive") ?? VerdictActions.Default.Inconclusive);
    }

    private static VerdictAction? ActionOf(MapReader reader, string key) => reader.Choice(key, Keys.VerdictActions) switch
    {
        "go-on" => VerdictAction.GoOn,
        "stop" => VerdictAction.Stop,
        "ask" => VerdictAction.Ask,
        _ => null,
    };

    private static GlobalOrder OrderOf(string? word) => word switch
    {
        "first" => GlobalOrder.First,
        "last" => GlobalOrder.Last,
        _ => GlobalOrder.Any,
    };

    private static TimeSpan? DurationOf(MapReader reader, string key, LoadProblems problems) =>
        reader.Optional(key) is { Length: > 0 } value ? Checks.Duration(reader.Node(key)!, value, problems) : null;

    private static Amount? AmountOf(MapReader reader, string key, int least, LoadProblems problems) =>
        reader.Optional(key) is { Length: > 0 } value ? AmountOf(reader.Node(key)!, value, least, problems) : null;

    private static Amount? AmountOf(Node node, string value, int least, LoadProblems problems)
    {
        if (Amount.Parse(value) is { } amount && (amount.Count ?? amount.Percent) >= least && amount.Count is null or <= 1000)
            return amount;
        problems.At(node, "strategy-bad-amount", ("value", value), ("least", $"{least}"));
        return null;
    }

    private static Dictionary<string, Amount> Amounts(MapReader reader, string key, LoadProblems problems)
    {
        var amounts = new Dictionary<string, Amount>(StringComparer.Ordinal);
        foreach (var (name, value) in reader.Pairs(key))
        {
            if (AmountOf(value, value.Value, least: 1, problems) is { } amount)
                amounts[name.Value] = amount;
        }

        return amounts;
    }
}
