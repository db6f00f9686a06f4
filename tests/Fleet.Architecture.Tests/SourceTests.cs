using System.Text.RegularExpressions;

namespace Fleet.Architecture.Tests;

/// <summary>Rules that the compiler does not know.</summary>
public sealed partial class SourceTests
{
    public static TheoryData<string, string> Forbidden => new()
    {
        { @"\bDateTime(Offset)?\.(UtcNow|Now|Today)\b", "time is injected: take a TimeProvider" },
        { @"\bThread\.Sleep\b", "wait for a condition with a limit, or TimeProvider" },
        { @"\bNotImplementedException\b", "there are no stubs" },
        { @"//\s*(TODO|FIXME|HACK)\b", "do it, or write an issue" },
        { @"#region\b", "no region blocks" },
        { @"\[(Fact|Theory)\([^)]*\bSkip\s*=", "a missing part fails with a sentence; nothing is skipped" },
        { @"\basync void\b", "nobody hears its failure" },
        { @"GeneratedRegex\(.*,\s*\d+\)\]|\bRegexMatchTimeoutException\b", "a time limit counts a pause of the process against the pattern: say it so that it cannot hang (Patterns)" },
        { @"\.GetAwaiter\(\)\.GetResult\(\)", "wait asynchronously" },
    };

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void No_source_file_says(string pattern, string instead)
    {
        var expression = new Regex(pattern, RegexOptions.CultureInvariant);
        var found = Sources()
            .Where(f => !f.EndsWith("SourceTests.cs", StringComparison.Ordinal))
            .SelectMany(f => Repository.Read(f).Split('\n').Select((line, i) => (Where: $"{f}:{i + 1}", line)).Where(l => expression.IsMatch(WithoutText(l.line))).Select(l => $"  {l.Where}: {l.line.Trim()}"))
            .ToList();
        found.ShouldBeEmpty($"{instead}:\n{string.Join('\n', found)}");
    }

    [Fact]
    public void Every_source_file_has_a_file_scoped_namespace_below_its_project()
    {
        var wrong = Sources().Where(f => !f.EndsWith("/Program.cs", StringComparison.Ordinal) && !f.EndsWith("/StartupHook.cs", StringComparison.Ordinal) && !f.Contains("/Migrations/", StringComparison.Ordinal))
            .Where(f => Repository.Read(f) is var text && !NamespaceForm().IsMatch(text) && !OnlyUsings(text))
            .ToList();
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    private static IEnumerable<string> Sources() => Repository.Files("*.cs", "contracts", "src", "tests").Where(f => !f.EndsWith(".g.cs", StringComparison.Ordinal));

    /// <summary>What stands in string literals is about the rule, not against it.</summary>
    private static string WithoutText(string line) => StringForm().Replace(line, "\"\"");

    private static bool OnlyUsings(string text) => text.Split('\n').All(l => l.Length == 0 || l.StartsWith("global using", StringComparison.Ordinal) || l.StartsWith("using", StringComparison.Ordinal) || l.StartsWith("[assembly", StringComparison.Ordinal) || l.StartsWith("//", StringComparison.Ordinal));

    [GeneratedRegex(@"^namespace Fleet\.[A-Za-z.]+;", RegexOptions.Multiline)]
    private static partial Regex NamespaceForm();

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex StringForm();
}
