using System.Text.Json;
using Fleet.Server.Inventory;

namespace Fleet.Server.Tests.Inventory;

/// <summary>What editors are told of an inventory is what the reader takes.</summary>
public sealed class InventorySchemaTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("contracts", "schemas", "inventory.schema.json"))).RootElement;

    [Theory]
    [InlineData("", "wrong: 1\nzones: []")]
    [InlineData("properties.defaults", "defaults: {wrong: 1}\nzones: []")]
    [InlineData("$defs.zone", "zones: [{wrong: 1}]")]
    [InlineData("$defs.firstbox", "zones: [{name: a, kind: sub, firstbox: {wrong: 1}}]")]
    [InlineData("$defs.hop", "zones: [{name: a, kind: sub, firstbox: {host: h}, via: [{wrong: 1}]}]")]
    [InlineData("$defs.zoneId", "zones: [{name: a, zoneIds: [{wrong: 1}]}]")]
    public void Schema_and_reader_know_the_same_keys(string definition, string text)
    {
        var at = definition.Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate(Schema, (element, name) => element.GetProperty(name));
        var unknown = InventoryFile.Read($"apiVersion: fleet/v1\n{text}\n").Problems.Single(p => p.What.Code == "inventory-unknown-key");
        unknown.What.Args["allowed"].Split(", ").Distinct().Order(StringComparer.Ordinal).ShouldBe(at.GetProperty("properties").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Schema_and_reader_know_the_same_algorithms() =>
        Schema.GetProperty("properties").GetProperty("defaults").GetProperty("properties").GetProperty("legacyAlgorithms").GetProperty("items").GetProperty("enum")
            .EnumerateArray().Select(a => a.GetString()).ShouldBe(InventoryRules.LegacyAlgorithms);
}
