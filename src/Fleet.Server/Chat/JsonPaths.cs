using System.Text.Json;

namespace Fleet.Server.Chat;

/// <summary>What chats send has more members than anybody reads, and lacks those that it has usually.</summary>
internal static class JsonPaths
{
    /// <returns>Null: there is no such text there.</returns>
    public static string? Text(this JsonElement element, params ReadOnlySpan<string> path)
    {
        try
        {
            return Find(element, path) is { ValueKind: JsonValueKind.String } found && found.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half a character, in the text or in a name beside it: JSON can write it and no text can hold it.
            return null;
        }
    }

    /// <returns>Null: there is no such thing there.</returns>
    public static JsonElement? At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        try
        {
            return Find(element, path);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <returns>Null: it is no JSON object.</returns>
    public static JsonElement? Object(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 64 });
            var element = JsonElement.ParseValue(ref reader);
            return element.ValueKind == JsonValueKind.Object && !reader.Read() ? element : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement? Find(JsonElement element, ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        }

        return element;
    }
}
