using System.Text.RegularExpressions;
using Fleet.Runbooks.Builtin;
using Fleet.Runbooks.Model;
using Fleet.Worker.Steps;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Architecture.Tests;

/// <summary>What a runbook may say and what a worker can do are declared apart; here they meet.</summary>
public sealed partial class StepKindTests
{
    private static readonly StepKinds Kinds = new(StepKinds.BuiltIn);
    private static readonly Runbook Upgrade = BuiltinRunbooks.Find(BuiltinRunbooks.QingcloudUpgrade)!;

    [Fact]
    public void Every_declared_kind_is_registered_and_every_registered_kind_declared() =>
        Kinds.Names.Order(StringComparer.Ordinal).ShouldBe(StepKindDeclarations.All.Select(k => k.Name));

    [Fact]
    public void The_built_in_runbook_uses_only_kinds_that_workers_know() => Should.NotThrow(() => Kinds.Check(Upgrade));

    [Fact]
    public void Every_option_that_a_kind_reads_is_declared()
    {
        var declared = StepKindDeclarations.All.SelectMany(k => k.Options).Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        Undeclared(OptionRead(), declared).ShouldBeEmpty();
    }

    [Fact]
    public void Every_path_that_a_worker_asks_for_is_a_setting_of_the_built_in_runbook()
    {
        Undeclared(SettingRead(), Upgrade.Settings.Keys).ShouldBeEmpty();
        Undeclared(PathRead(), Upgrade.Settings.Keys.Where(k => k.StartsWith("paths.", StringComparison.Ordinal)).Select(k => k["paths.".Length..])).ShouldBeEmpty();
    }

    [Fact]
    public void Every_declared_option_is_read_by_the_worker()
    {
        var words = WorkerWords();
        StepKindDeclarations.All.SelectMany(k => k.Options.Select(o => (k.Name, Option: o.Name))).Where(o => !words.Contains(o.Option)).Select(o => $"{o.Name}.{o.Option}").ShouldBeEmpty("an option that nobody reads is a promise that is not kept");
    }

    [Fact]
    public void Every_setting_of_the_built_in_runbook_is_used()
    {
        var words = WorkerWords();
        var text = BuiltinRunbooks.FindText(Upgrade.Name)!;
        Upgrade.Settings.Keys
            .Where(k => !text.Contains($"${{{k}}}", StringComparison.Ordinal) && !words.Contains(k) && !words.Contains(k.Split('.')[^1]))
            .ShouldBeEmpty("a setting that nobody uses is a promise that is not kept");
    }

    /// <summary>A runbook that stands alone may leave paths out.</summary>
    [Fact]
    public void The_paths_that_a_worker_falls_back_to_are_those_of_the_built_in_runbook()
    {
        var text = BuiltinRunbooks.FindText(Upgrade.Name)!;
        StepOptions.DefaultPaths.Where(p => !text.Contains($"\n  paths.{p.Key}: {p.Value}\n", StringComparison.Ordinal)).Select(p => p.Key).ShouldBeEmpty();
    }

    /// <summary>The string literals of the worker, and the names within <c>${…}</c> in them.</summary>
    private static HashSet<string> WorkerWords() =>
        [.. Repository.Files("*.cs", "src/Fleet.Worker").SelectMany(f => WordForm().Matches(Repository.Read(f)).Select(m => m.Groups[1].Value))];

    private static List<string> Undeclared(Regex read, IEnumerable<string> declared)
    {
        var known = declared.ToHashSet(StringComparer.Ordinal);
        return [.. Repository.Files("*.cs", "src/Fleet.Worker").SelectMany(f => read.Matches(Repository.Read(f)).Select(m => (File: f, Name: m.Groups[1].Value))).Where(m => !known.Contains(m.Name)).Select(m => $"{m.Name} ({m.File})")];
    }

    [GeneratedRegex(@"(?:\bWith\.(?:GetValueOrDefault|TryGetValue)\(|\bWith\[|\.(?:Option|DurationOption|NumberOption|LinesOption)\()""([^""]+)""")]
    private static partial Regex OptionRead();

    [GeneratedRegex(@"(?:\bSetting\(|\bSettings\.(?:GetValueOrDefault|TryGetValue)\(|\bSettings\[)""([^""]+)""")]
    private static partial Regex SettingRead();

    [GeneratedRegex(@"(?:""|\$\{)([A-Za-z][A-Za-z0-9.-]*)(?:""|\})")]
    private static partial Regex WordForm();

    [GeneratedRegex(@"\.PathOf\(""([^""]+)""")]
    private static partial Regex PathRead();
}
