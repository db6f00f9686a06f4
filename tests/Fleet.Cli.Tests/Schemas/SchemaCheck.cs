using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fleet.Cli.Tests.Schemas;

/// <summary>Checks a document against as much of JSON schema as our schemas use; a keyword that it does not know is an error.</summary>
internal sealed class SchemaCheck(JsonObject root)
{
    private static readonly HashSet<string> Known = ["type", "enum", "properties", "required", "items", "additionalProperties", "$ref", "default", "description", "title", "format", "pattern", "minimum", "maximum", "const", "minItems", "$comment"];

    public IReadOnlyList<string> Errors(JsonElement document, JsonNode schema)
    {
        var errors = new List<string>();
        Check(document, schema, "$", errors);
        return errors;
    }

    private void Check(JsonElement value, JsonNode? schema, string path, List<string> errors)
    {
        if (schema is null || schema is JsonValue)
            return;
        var rules = schema.AsObject();
        foreach (var unknown in rules.Select(r => r.Key).Where(k => !Known.Contains(k)))
            errors.Add($"{path}: the schema says {unknown}, which this check does not know");
        if (rules["$ref"]?.GetValue<string>() is { } reference)
            Check(value, Resolve(reference), path, errors);
        if (rules["enum"] is JsonArray allowed && !allowed.Any(a => JsonElement.DeepEquals(JsonSerializer.SerializeToElement(a), value)))
            errors.Add($"{path}: {value} is not one of {allowed.ToJsonString()}");
        if (rules["type"] is { } type && !Types(type).Any(t => Is(value, t)))
            errors.Add($"{path}: is {value.ValueKind}, not {type.ToJsonString()}");
        if (rules["pattern"]?.GetValue<string>() is { } pattern && value.ValueKind == JsonValueKind.String && !System.Text.RegularExpressions.Regex.IsMatch(value.GetString()!, pattern))
            errors.Add($"{path}: {value} does not match {pattern}");
        if (value.ValueKind == JsonValueKind.Object)
            CheckObject(value, rules, path, errors);
        if (value.ValueKind == JsonValueKind.Array && rules["items"] is { } items)
        {
            foreach (var (item, i) in value.EnumerateArray().Select((item, i) => (item, i)))
                Check(item, items, $"{path}[{i}]", errors);
        }
    }

    private void CheckObject(JsonElement value, JsonObject rules, string path, List<string> errors)
    {
        var properties = rules["properties"] as JsonObject;
        foreach (var required in (rules["required"] as JsonArray ?? []).Select(r => r!.GetValue<string>()))
        {
            if (!value.TryGetProperty(required, out _))
                errors.Add($"{path}: {required} is missing");
        }

        foreach (var property in value.EnumerateObject())
        {
            if (properties?[property.Name] is { } known)
                Check(property.Value, known, $"{path}.{property.Name}", errors);
            else if (rules["additionalProperties"] is JsonObject free)
                Check(property.Value, free, $"{path}.{property.Name}", errors);
            else if (rules["additionalProperties"] is JsonValue no && !no.GetValue<bool>())
                errors.Add($"{path}.{property.Name}: is not known");
            else if (properties is not null && rules["additionalProperties"] is null && properties[property.Name] is null && !properties.ContainsKey(property.Name))
                errors.Add($"{path}.{property.Name}: the schema does not have it");
        }
    }

    private JsonNode? Resolve(string reference)
    {
        JsonNode? at = root;
        foreach (var part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
            at = at?[part];
        return at ?? throw new InvalidOperationException($"{reference} is not in the schema.");
    }

    private static IEnumerable<string> Types(JsonNode type) => type is JsonArray several ? several.Select(t => t!.GetValue<string>()) : [type.GetValue<string>()];

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        _ => false,
    };
}
