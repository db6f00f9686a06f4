using System.Text.Json;

namespace Fleet.Server.Tests.Api;

public sealed class OpenApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Update = "FLEET_UPDATE_SCHEMAS";

    [Fact]
    public async Task The_committed_document_is_the_served_one()
    {
        var served = await server.Nobody.GetStringAsync("/openapi/v1.json");
        var file = Repository.PathOf("contracts", "schemas", "openapi.json");
        if (Environment.GetEnvironmentVariable(Update) == "1")
            await File.WriteAllTextAsync(file, served.ReplaceLineEndings("\n").TrimEnd() + "\n");
        var committed = await File.ReadAllTextAsync(file);
        JsonElement.DeepEquals(JsonDocument.Parse(committed).RootElement, JsonDocument.Parse(served).RootElement)
            .ShouldBeTrue($"contracts/schemas/openapi.json is not what the server says. Run this test once with {Update}=1 and look at what changed.");
    }

    [Fact]
    public async Task The_document_is_OpenAPI_3_1_and_every_operation_is_named_and_told()
    {
        using var document = JsonDocument.Parse(await server.Nobody.GetStringAsync("/openapi/v1.json"));
        document.RootElement.GetProperty("openapi").GetString()!.ShouldStartWith("3.1");
        var operations = document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject()).ToList();
        operations.Count.ShouldBeGreaterThan(30);
        operations.ShouldAllBe(o => o.Value.GetProperty("summary").GetString()!.Length > 5);
        operations.Select(o => o.Value.GetProperty("operationId").GetString()).Distinct().Count().ShouldBe(operations.Count);
        operations.Where(o => !o.Value.GetProperty("responses").EnumerateObject().Any(r => r.Name == "default")).ShouldBeEmpty();
    }
}
