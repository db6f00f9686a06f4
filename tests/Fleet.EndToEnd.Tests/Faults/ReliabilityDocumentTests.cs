using System.Reflection;
using System.Runtime.CompilerServices;

namespace Fleet.EndToEnd.Tests.Faults;

/// <summary>docs/reliability.md says which faults are tested. Its last column is written by <c>./eng/test --faults N</c>.</summary>
public sealed class ReliabilityDocumentTests
{
    private const string Head = "| fault |";

    [Fact]
    public void The_document_lists_exactly_the_fault_tests_that_there_are()
    {
        var written = File.ReadAllLines(DocumentPath()).SkipWhile(l => !l.StartsWith(Head, StringComparison.Ordinal)).Skip(2).TakeWhile(l => l.StartsWith('|')).ToList();
        var results = written.ToDictionary(Row, l => l[Row(l).Length..], StringComparer.Ordinal);
        var expected = typeof(ReliabilityDocumentTests).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(m => (Type: t, Method: m, Fault: m.GetCustomAttribute<FaultAttribute>())))
            .Where(f => f.Fault is not null)
            .OrderBy(f => f.Type.Name, StringComparer.Ordinal).ThenBy(f => f.Method.MetadataToken)
            .Select(f => $"| {f.Fault!.Breaks} | {f.Fault.Then} | `{f.Type.Name}.{f.Method.Name}` | {(f.Fault.Core ? "always" : "--faults")} |")
            .ToList();

        written.Select(Row).ShouldBe(
            expected,
            $"""
            docs/reliability.md differs from the tests. Its table is:

            {Head} what Fleet does | test | runs | result |
            |---|---|---|---|---|
            {string.Join(Environment.NewLine, expected.Select(e => e + results.GetValueOrDefault(e, " |")))}

            """);
    }

    /// <summary>All but the last column.</summary>
    private static string Row(string line) => line[..(line.TrimEnd('|').LastIndexOf('|') + 1)];

    private static string DocumentPath([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/reliability.md"));
}
