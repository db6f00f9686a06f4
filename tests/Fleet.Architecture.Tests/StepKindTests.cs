using System.Text.RegularExpressions;
using Fleet.Runbooks.Builtin;
using Fleet.Runbooks.Model;
using Fleet.Worker.Steps;

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

    private static List<string> Undeclared(Regex read, IEnumerable<string> declared)
    {
        var known = declared.ToHashSet(StringComparer.Ordinal);
        return [.. Repository.Files("*.cs", "src/Fleet.Worker").SelectMany(f => read.Matches(Repository.Read(f)).Select(m => (File: f, Name: m.Groups[1].Value))).Where(m => !known.Contains(m.Name)).Select(m => $"{m.Name} ({m.File})")];
    }

    [GeneratedRegex(@"(?:\bWith\.(?:GetValueOrDefault|TryGetValue)\(|\bWith\[|\.(?:Option|DurationOption|NumberOption|LinesOption)\()""([^""]+)""")]
    private static partial Regex OptionRead();

    [GeneratedRegex(@"(?:\bSetting\(|\bSettings\.(?:GetValueOrDefault|TryGetValue)\(|\bSettings\[)""([^""]+)""")]
    private static partial Regex SettingRead();

    [GeneratedRegex(@"\.PathOf\(""([^""]+)""")]
    private static partial Regex PathRead();
}
