using System.Text.RegularExpressions;

namespace Fleet.Architecture.Tests;

/// <summary>docs/security.md promises that each of its threats is held off by something that a test shows. This holds the page to it.</summary>
public sealed partial class SecurityPageTests
{
    private const string Head = "| threat | kind | what holds it off | shown by |";

    /// <summary>Spoofing, tampering, repudiation, information disclosure, denial of service, elevation of privilege.</summary>
    private static readonly string[] Kinds = ["S", "T", "R", "I", "D", "E"];

    private static readonly IReadOnlyList<Threat> Threats = [.. Read()];

    [Fact]
    public void Every_threat_names_tests_that_there_are()
    {
        var known = Tests();
        var wrong = Threats
            .SelectMany(t => t.Tests.Count == 0 ? [$"{t.Boundary}: «{t.Text}» names no test"] : t.Tests.Where(n => !known.Contains(n)).Select(n => $"{t.Boundary}: «{t.Text}» names {n}, which is no test"))
            .ToList();
        Threats.Count.ShouldBeGreaterThan(40);
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    [Fact]
    public void Every_boundary_is_looked_at_for_every_kind_of_threat()
    {
        var missing = Threats.GroupBy(t => t.Boundary)
            .SelectMany(b => Kinds.Except(b.SelectMany(t => t.Kinds)).Select(k => $"{b.Key}: nothing of kind {k}"))
            .ToList();
        missing.ShouldBeEmpty(string.Join('\n', missing));
    }

    [Fact]
    public void Kinds_are_those_of_STRIDE()
    {
        Threats.SelectMany(t => t.Kinds).Except(Kinds).ShouldBeEmpty();
        Threats.ShouldAllBe(t => t.Kinds.Count > 0, "each threat has its kind");
    }

    private static IEnumerable<Threat> Read()
    {
        var boundary = "";
        var inTable = false;
        foreach (var line in Repository.Read("docs/security.md").Split('\n'))
        {
            if (line.StartsWith('#'))
                boundary = line.TrimStart('#', ' ');
            inTable = line == Head || (inTable && line.StartsWith('|'));
            if (!inTable || line == Head || line.StartsWith("|-", StringComparison.Ordinal))
                continue;
            var cells = line.Trim('|').Split('|', StringSplitOptions.TrimEntries);
            cells.Length.ShouldBe(4, line);
            yield return new Threat(boundary, cells[0], [.. cells[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)], [.. NameForm().Matches(cells[3]).Select(m => m.Groups[1].Value)]);
        }
    }

    /// <summary><c>Class.Method</c> of all that xunit would run.</summary>
    private static HashSet<string> Tests()
    {
        var tests = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Repository.Files("*.cs", "tests"))
        {
            var type = "";
            var isTest = false;
            foreach (var line in Repository.Read(file).Split('\n'))
            {
                if (TypeForm().Match(line) is { Success: true } named)
                    type = named.Groups[1].Value;
                isTest |= AttributeForm().IsMatch(line);
                if (!isTest || MethodForm().Match(line) is not { Success: true } method)
                    continue;
                tests.Add($"{type}.{method.Groups[1].Value}");
                isTest = false;
            }
        }

        return tests;
    }

    private sealed record Threat(string Boundary, string Text, IReadOnlyList<string> Kinds, IReadOnlyList<string> Tests);

    [GeneratedRegex("`([A-Za-z0-9_]+\\.[A-Za-z0-9_]+)`")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^\s*(?:public|internal)[a-z ]* class ([A-Za-z0-9_]+)")]
    private static partial Regex TypeForm();

    [GeneratedRegex(@"^\s*\[(?:Fact|Theory|Fault)\b")]
    private static partial Regex AttributeForm();

    [GeneratedRegex(@"^\s*public (?:async )?(?:void|Task|ValueTask) ([A-Za-z0-9_]+)\(")]
    private static partial Regex MethodForm();
}
