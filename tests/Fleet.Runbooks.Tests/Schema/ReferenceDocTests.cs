using System.Text;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Tests.Schema;

/// <summary>docs/runbook-reference.md says what the loader takes.</summary>
public sealed class ReferenceDocTests
{
    private const string Begin = "<!-- kinds: generated from StepKindDeclarations; a test holds them together -->\n";
    private const string End = "<!-- /kinds -->";

    private static readonly string Document = File.ReadAllText(Repository.PathOf("docs", "runbook-reference.md"));

    [Fact]
    public void The_reference_says_of_each_kind_what_is_declared()
    {
        var written = Document[(Document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..Document.IndexOf(End, StringComparison.Ordinal)];
        var expected = Kinds();
        (written == expected).ShouldBeTrue($"docs/runbook-reference.md, between the marks, should say:\n{expected}<<<end");
    }

    [Fact]
    public void Every_key_is_in_the_reference()
    {
        var keys = Keys.Runbook.Concat(Keys.Phase).Concat(Keys.Step).Concat(Keys.Condition).Concat(Keys.Prompt).Concat(Keys.Done).Concat(Keys.Rollback).Concat(Keys.RollbackCommand).Distinct();
        keys.Where(k => !Document.Contains($"`{k}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Its_limits_are_the_loaders()
    {
        Document.ShouldContain($"at most {NodeReader.MaxLength / 1024 / 1024} MiB, {NodeReader.MaxDepth} levels, 20 000 values, {NodeReader.MaxScalar / 1024} KiB a value");
        NodeReader.MaxNodes.ShouldBe(20_000);
    }

    private static string Kinds()
    {
        var text = new StringBuilder();
        foreach (var kind in StepKindDeclarations.All)
        {
            text.Append("\n### `").Append(kind.Name).Append("`\n").Append(kind.Does).Append("  \n").Append(Traits(kind)).Append('\n');
            if (kind.Options.Count == 0)
                continue;
            text.Append("\n| option | type | default | |\n|---|---|---|---|\n");
            foreach (var option in kind.Options)
                text.Append($"| `{option.Name}` | {TypeOf(option)} | {(option.Required ? "required" : option.Default is { } value ? $"`{value}`" : "–")} | {option.Does} |\n");
        }

        return text.Append('\n').ToString();
    }

    private static string Traits(StepKindDeclaration kind) => string.Join(" · ", new[]
    {
        kind.Changes ? "changes the zone" : "reads only",
        kind.Command switch { CommandUse.Required => "takes a command", CommandUse.Optional => "may take a command", _ => "no command" },
        kind.Interactive ? "may be asked questions" : null,
        kind.Guard switch { GuardUse.Sets => "sets a guard", GuardUse.Releases => "releases a guard", _ => null },
    }.OfType<string>());

    private static string TypeOf(OptionDeclaration option) =>
        option.Type == OptionType.Choice ? string.Join(", ", option.Allowed.Select(a => $"`{a}`")) : option.Type.ToString().ToLowerInvariant();
}
