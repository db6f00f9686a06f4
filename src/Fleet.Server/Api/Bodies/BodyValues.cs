using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fleet.Contracts.Decisions;

namespace Fleet.Server.Api.Bodies;

/// <summary>What a single value should have been.</summary>
internal static class BodyValues
{
    public static Finding Wrong(JsonTypeInfo shape, string name, string value, string path, string line, string column)
    {
        var type = Nullable.GetUnderlyingType(shape.Type) ?? shape.Type;
        if (type.IsEnum)
            return Finding.Of("request-bad-value", ("name", name), ("value", value), ("allowed", Choices(type, shape.Options)), ("path", path), ("line", line), ("column", column));
        return Finding.Of(
            type == typeof(string) ? "request-not-text" : type == typeof(bool) ? "request-not-flag" : "request-not-number",
            ("name", name), ("value", value), ("path", path), ("line", line), ("column", column));
    }

    private static string Choices(Type type, JsonSerializerOptions options) =>
        string.Join(", ", Enum.GetValues(type).Cast<object>().Select(v => JsonSerializer.SerializeToElement(v, type, options).GetString()));
}
