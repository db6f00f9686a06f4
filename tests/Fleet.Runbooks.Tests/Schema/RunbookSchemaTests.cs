using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Runbooks.Builtin;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Tests.Schema;

/// <summary>The schema is for editors; the loader is the judge. They must not say different things.</summary>
public sealed class RunbookSchemaTests
{
    private static readonly string File = Repository.PathOf("contracts", "schemas", "runbook.schema.json");
    private static readonly JsonObject Schema = JsonNode.Parse(System.IO.File.ReadAllText(File))!.AsObject();

    public static TheoryData<string> Files => [BuiltinRunbooks.FindText(BuiltinRunbooks.QingcloudUpgrade)!, .. Directory.EnumerateFiles(Repository.PathOf("docs", "examples"), "*.yaml").Select(System.IO.File.ReadAllText)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task What_is_shipped_satisfies_the_schema_and_the_loader(string text)
    {
        var result = RunbookLoader.Load(text);
        result.Problems.ShouldBeEmpty(string.Join('\n', result.Problems));
        (await Errors(text)).ShouldBeEmpty();
        (await Errors(result.Text)).ShouldBeEmpty("as one file");
    }

    [Theory]
    [InlineData("timeLimit: 1h30m", "timeLimit: soon")]
    [InlineData("kind: shell", "kind: shel")]
    [InlineData("changes: true", "changes: perhaps")]
    [InlineData("changes: true", "changes: true\n        repeatible: true")]
    [InlineData("name: small", "name: Small One")]
    [InlineData("title: Run it", "when: {zoneKind: both}")]
    [InlineData("implements: [Q1]", "implements: Q1")]
    [InlineData("apiVersion: fleet/v1", "apiVersion: fleet/v2")]
    public async Task An_editor_marks_what_the_loader_refuses(string right, string wrong)
    {
        (await Errors(Loading.Samples.Small)).ShouldBeEmpty();
        var text = Loading.Samples.Small.Replace(right, wrong);
        RunbookLoader.Load(text).Problems.ShouldNotBeEmpty();
        (await Errors(text)).ShouldNotBeEmpty();
    }

    public static TheoryData<string, string[], Type> Levels => new()
    {
        { "properties", [.. Keys.Runbook], typeof(Runbook) },
        { "definitions.phase.properties", [.. Keys.Phase], typeof(Phase) },
        { "definitions.step.properties", [.. Keys.Step], typeof(Step) },
        { "definitions.condition.properties", [.. Keys.Condition], typeof(Condition) },
        { "definitions.prompt.properties", [.. Keys.Prompt], typeof(PromptRule) },
        { "definitions.done.properties", [.. Keys.Done], typeof(DoneProof) },
        { "definitions.rollback.properties", [.. Keys.Rollback], typeof(Rollback) },
        { "definitions.rollbackCommand.properties", [.. Keys.RollbackCommand], typeof(RollbackCommand) },
    };

    [Theory]
    [MemberData(nameof(Levels))]
    public void Schema_loader_and_model_have_the_same_keys(string path, string[] keys, Type model)
    {
        var inSchema = path.Split('.').Aggregate((JsonNode)Schema, (n, p) => n[p]!).AsObject().Select(p => p.Key);
        inSchema.Order(StringComparer.Ordinal).ShouldBe(keys.Order(StringComparer.Ordinal));

        string[] onlyInFiles = ["apiVersion", "extends", "after", "before"];
        string[] onlyInModel = ["digest", "isAlways"];
        var inModel = model.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Except(onlyInModel);
        inModel.Order(StringComparer.Ordinal).ShouldBe(keys.Except(onlyInFiles).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_schema_knows_the_kinds_and_choices_of_the_loader()
    {
        Enum("definitions.step.properties.kind").ShouldBe(StepKindDeclarations.All.Select(k => k.Name));
        Enum("definitions.condition.properties.zoneKind").ShouldBe(Keys.ZoneKinds);
        Enum("definitions.prompt.properties.policy").ShouldBe(Keys.Policies);
        Enum("definitions.done.properties.version").ShouldBe(Keys.DoneVersions);
        Enum("definitions.rollbackCommand.properties.on").ShouldBe(Keys.RollbackPlaces);
    }

    private static IEnumerable<string> Enum(string path) => path.Split('.').Aggregate((JsonNode)Schema, (n, p) => n[p]!)["enum"]!.AsArray().Select(v => v!.GetValue<string>());

    private static Task<IEnumerable<string>> Errors(string yaml) => SchemaCheck.ErrorsAsync(Schema, yaml);
}
