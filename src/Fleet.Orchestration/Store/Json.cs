using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.Orchestration.Store;

/// <summary>How documents rest in columns.</summary>
internal static class Json
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, Options) ?? throw new InvalidOperationException($"A {typeof(T).Name} is stored as null.");

    /// <summary>Documents are immutable: another reference is another value.</summary>
    public static PropertyBuilder<T> HasDocument<T>(this PropertyBuilder<T> property)
        where T : class =>
        property.HasConversion(
            value => Write(value),
            text => Read<T>(text),
            SameReference<T>());

    /// <summary>Arguments of an audit entry. What is no document any more is shown as it lies there: an entry that was meddled with hides no other, and its link does not hold.</summary>
    public static void HasArgs(this PropertyBuilder<IReadOnlyDictionary<string, string>> property) =>
        property.HasConversion(value => Write(value), text => ReadArgs(text), SameReference<IReadOnlyDictionary<string, string>>());

    private static IReadOnlyDictionary<string, string> ReadArgs(string text)
    {
        try
        {
            return Read<IReadOnlyDictionary<string, string>>(text);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new Dictionary<string, string> { ["unreadable"] = text };
        }
    }

    private static ValueComparer<T> SameReference<T>()
        where T : class =>
        new((a, b) => ReferenceEquals(a, b), value => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value), value => value);
}
