using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Cli.CommandLine;
using Fleet.Server.Api;

namespace Fleet.Cli.Tests.Schemas;

public sealed class CliSchemaTests
{
    private const string Update = "FLEET_UPDATE_SCHEMAS";
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonObject Committed => JsonNode.Parse(File.ReadAllText(Repository.PathOf("contracts", "schemas", "cli.schema.json")))!.AsObject();

    [Fact]
    public async Task The_committed_schema_is_what_the_documents_are()
    {
        var made = CliSchema.Make();
        if (Environment.GetEnvironmentVariable(Update) == "1")
            await File.WriteAllTextAsync(Repository.PathOf("contracts", "schemas", "cli.schema.json"), made.ToJsonString(Written) + "\n");
        JsonNode.DeepEquals(Committed, made).ShouldBeTrue($"contracts/schemas/cli.schema.json is not what the program prints. Run this test once with {Update}=1 and look at what changed.");
    }

    [Fact]
    public void Every_command_of_the_schema_is_a_command_of_the_program()
    {
        foreach (var command in CliSchema.Commands.Keys)
            FleetCommands.Root().Parse(command + " --help").CommandResult.Command.Name.ShouldBe(command.Split(' ').TakeWhile(w => !w.StartsWith("--", StringComparison.Ordinal)).Last());
    }

    [Fact]
    public void Every_command_that_prints_a_document_is_in_the_schema()
    {
        // They print no document of their own: lines as they come, files, or sentences.
        string[] without = ["serve", "runbook validate", "runbook sign", "runbook verify", "runbook export", "strategy validate", "decisions watch", "backup", "restore", "migrate", "health"];
        Names(FleetCommands.Root(), "").Except(CliSchema.Commands.Keys).Except(without).ShouldBeEmpty();
    }

    [Fact]
    public void A_document_fits_and_a_wrong_one_does_not()
    {
        var check = new SchemaCheck(Committed);
        var schema = Committed["properties"]!["rollout show"]!;
        var rollout = JsonSerializer.SerializeToElement(Watching.Some.Rollout(Watching.Some.Zone("pek1a", Orchestration.ZoneUpgrades.ZoneState.Held, "verify", "services")), ApiJson.Options);
        check.Errors(rollout, schema).ShouldBeEmpty();
        var wrong = JsonNode.Parse(rollout.GetRawText())!.AsObject();
        wrong["state"] = "resting";
        wrong.Remove("counts");
        wrong["zones"]![0]!["wave"] = "first";
        check.Errors(JsonSerializer.SerializeToElement(wrong), schema).Count.ShouldBe(3);
    }

    /// <summary>Commands that do something themselves.</summary>
    private static IEnumerable<string> Names(Command command, string before) => command.Subcommands.SelectMany(c =>
        (c.Action is null ? Array.Empty<string>() : [$"{before}{c.Name}"]).Concat(Names(c, $"{before}{c.Name} ")));

    /// <summary>The names that the contract of the command line promises.</summary>
    [Theory]
    [InlineData("rollout show", "id name state package runbook waves zones counts")]
    [InlineData("decisions show", "id kind zone rollout step question context choices default expiresAt alike answeredBy state")]
    public void The_promised_names_are_there(string command, string names)
    {
        var definition = Committed["$defs"]![Committed["properties"]![command]!["$ref"]!.GetValue<string>().Split('/')[^1]]!;
        foreach (var name in names.Split(' '))
            definition["properties"]!.AsObject().ContainsKey(name).ShouldBeTrue(name);
    }
}
