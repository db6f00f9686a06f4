using System.Reflection;
using System.Text.Json.Nodes;

namespace Fleet.Contracts.Tests;

/// <summary>What the records say of themselves as JSON schema: the truth that asyncapi.yaml is held against.</summary>
internal static class WireSchema
{
    public static JsonObject Of(Type type) => type.IsEnum ? OfEnum(type) : OfRecord(type);

    private static JsonObject OfEnum(Type type) => new()
    {
        ["type"] = "string",
        ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(n => JsonValue.Create(Messages.KebabCase(n)))]),
    };

    private static JsonObject OfRecord(Type record)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var property in Messages.PropertiesOf(record))
        {
            var name = Messages.CamelCase(property.Name);
            properties[name] = OfProperty(property);
            if (Messages.IsRequired(property))
                required.Add(name);
        }

        var schema = new JsonObject { ["type"] = "object" };
        if (required.Count > 0)
            schema["required"] = required;
        schema["properties"] = properties;
        return schema;
    }

    private static JsonObject OfProperty(PropertyInfo property)
    {
        var nullable = Nullable.GetUnderlyingType(property.PropertyType) is not null || new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable;
        var schema = OfValue(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
        if (!nullable)
            return schema;
        if (schema["$ref"] is not null)
            return new JsonObject { ["oneOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
        schema["type"] = new JsonArray(schema["type"]!.GetValue<string>(), "null");
        return schema;
    }

    private static JsonObject OfValue(Type type)
    {
        if (Messages.Records.Contains(type) || Messages.Enums.Contains(type))
            return new JsonObject { ["$ref"] = $"#/components/schemas/{type.Name}" };
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return new JsonObject { ["type"] = "array", ["items"] = OfValue(type.GetGenericArguments()[0]) };
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = OfValue(type.GetGenericArguments()[1]) };
        return Simple.TryGetValue(type, out var simple)
            ? (JsonObject)JsonNode.Parse(simple)!
            : throw new NotSupportedException($"A wire record has a property of type {type}: say in {nameof(WireSchema)} what it is in JSON.");
    }

    private static readonly Dictionary<Type, string> Simple = new()
    {
        [typeof(string)] = """{"type":"string"}""",
        [typeof(bool)] = """{"type":"boolean"}""",
        [typeof(int)] = """{"type":"integer","format":"int32"}""",
        [typeof(long)] = """{"type":"integer","format":"int64"}""",
        [typeof(Guid)] = """{"type":"string","format":"uuid"}""",
        [typeof(DateTimeOffset)] = """{"type":"string","format":"date-time"}""",
        [typeof(TimeSpan)] = """{"type":"string","format":"timespan"}""",
        [typeof(ReadOnlyMemory<byte>)] = """{"type":"string","format":"byte"}""",
    };
}
