using System.Globalization;
using System.Text.Json.Nodes;
using Fleet.Runbooks.Loading;
using NJsonSchema;

namespace Fleet.Runbooks.Tests.Schema;

/// <summary>Holds a YAML file against a schema, as an editor does.</summary>
internal static class SchemaCheck
{
    public static async Task<IEnumerable<string>> ErrorsAsync(JsonObject json, string yaml)
    {
        var schema = await JsonSchema.FromJsonAsync(json.ToJsonString());
        var problems = new LoadProblems();
        var root = NodeReader.Read(yaml, null, problems).ShouldNotBeNull();
        return schema.Validate(ToJson(root)!.ToJsonString()).Select(e => e.ToString());
    }

    /// <summary>Plain words have YAML 1.2's types.</summary>
    private static JsonNode? ToJson(Node node) => node switch
    {
        Mapping map => new JsonObject(map.Entries.Select(e => KeyValuePair.Create(e.Key.Value, ToJson(e.Value)))),
        Sequence list => new JsonArray([.. list.Items.Select(ToJson)]),
        Scalar { IsNull: true } => null,
        Scalar { Plain: true, Value: "true" or "false" } flag => JsonValue.Create(flag.Value == "true"),
        Scalar { Plain: true } number when double.TryParse(number.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && char.IsAsciiDigit(number.Value[^1]) => JsonValue.Create(value),
        Scalar scalar => JsonValue.Create(scalar.Value),
        _ => null,
    };
}
