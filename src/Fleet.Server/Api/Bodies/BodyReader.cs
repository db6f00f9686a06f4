using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fleet.Contracts.Decisions;

namespace Fleet.Server.Api.Bodies;

/// <summary>Compares a JSON text with the shape of a record: every unknown, missing, doubled or wrong member, with its place.</summary>
internal ref struct BodyReader
{
    /// <summary>Told; the first ones say what kind of body it is, and each place is counted from the beginning.</summary>
    private const int Most = 100;

    private readonly ReadOnlySpan<byte> text;
    private readonly List<Finding> problems;
    private Utf8JsonReader reader;

    private BodyReader(ReadOnlySpan<byte> text)
    {
        this.text = text;
        problems = [];
        reader = new Utf8JsonReader(text);
    }

    /// <returns>In the order of the text.</returns>
    public static IReadOnlyList<Finding> Problems(ReadOnlySpan<byte> text, JsonTypeInfo shape)
    {
        var body = new BodyReader(text);
        try
        {
            body.reader.Read();
            body.ReadValue(shape, nullable: false, "");
            body.reader.Read();
        }
        catch (JsonException e)
        {
            var start = Start(text, e.LineNumber ?? 0);
            body.Add("", start + (e.BytePositionInLine ?? 0), (line, column) => Finding.Of("request-bad-body", ("detail", Reason(e)), ("path", ""), ("line", line), ("column", column)));
        }
        catch (InvalidOperationException e)
        {
            // A name or a text that is no UTF-8.
            body.Add("", body.reader.TokenStartIndex, (line, column) => Finding.Of("request-bad-body", ("detail", e.Message), ("path", ""), ("line", line), ("column", column)));
        }

        return body.problems;
    }

    private void ReadValue(JsonTypeInfo shape, bool nullable, string path)
    {
        if (reader.TokenType == JsonTokenType.Null && nullable)
            return;
        switch (shape.Kind)
        {
            case JsonTypeInfoKind.Object when reader.TokenType == JsonTokenType.StartObject:
                ReadMembers(shape, path);
                break;
            case JsonTypeInfoKind.Enumerable when reader.TokenType == JsonTokenType.StartArray:
                ReadItems(shape, path);
                break;
            case JsonTypeInfoKind.Object:
                Add(path, reader.TokenStartIndex, (line, column) => Finding.Of("request-not-object", ("name", Named(path)), ("path", path), ("line", line), ("column", column)));
                reader.Skip();
                break;
            case JsonTypeInfoKind.Enumerable:
                Add(path, reader.TokenStartIndex, (line, column) => Finding.Of("request-not-list", ("name", Named(path)), ("path", path), ("line", line), ("column", column)));
                reader.Skip();
                break;
            default:
                ReadLeaf(shape, path);
                break;
        }
    }

    private void ReadMembers(JsonTypeInfo shape, string path)
    {
        var start = reader.TokenStartIndex;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var at = reader.TokenStartIndex;
            var name = reader.GetString()!;
            var member = shape.Properties.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));
            var inside = path.Length == 0 ? name : $"{path}.{name}";
            reader.Read();
            if (member is null)
            {
                var allowed = string.Join(", ", shape.Properties.Select(p => p.Name));
                Add(inside, at, (line, column) => Finding.Of("request-unknown-member", ("name", name), ("allowed", allowed), ("path", inside), ("line", line), ("column", column)));
                reader.Skip();
                continue;
            }

            if (!seen.Add(member.Name))
                Add(inside, at, (line, column) => Finding.Of("request-member-twice", ("name", name), ("path", inside), ("line", line), ("column", column)));
            ReadValue(shape.Options.GetTypeInfo(member.PropertyType), member.IsSetNullable, inside);
        }

        foreach (var member in shape.Properties.Where(p => IsRequired(p) && !seen.Contains(p.Name)))
        {
            var inside = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            Add(inside, start, (line, column) => Finding.Of("request-missing", ("name", member.Name), ("path", inside), ("line", line), ("column", column)));
        }
    }

    private void ReadItems(JsonTypeInfo shape, string path)
    {
        var item = shape.Options.GetTypeInfo(shape.ElementType!);
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            ReadValue(item, nullable: false, $"{path}[{i}]");
    }

    /// <summary>The binder itself says whether it takes the value, so that both always agree.</summary>
    private void ReadLeaf(JsonTypeInfo shape, string path)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        var value = text[start..(int)reader.BytesConsumed];
        try
        {
            if (JsonSerializer.Deserialize(value, shape) is not null)
                return;
        }
        catch (JsonException)
        {
        }

        var given = Encoding.UTF8.GetString(value).Trim('"');
        Add(path, start, (line, column) => BodyValues.Wrong(shape, Named(path), given, path, line, column));
    }

    private readonly void Add(string path, long offset, Func<string, string, Finding> finding)
    {
        if (problems.Count >= Most)
            return;
        var (line, column) = BodyPlaces.Of(text, offset);
        problems.Add(finding(line, column));
    }

    private static bool IsRequired(JsonPropertyInfo member) => member.IsRequired || member.AssociatedParameter is { HasDefaultValue: false, IsMemberInitializer: false };

    private static string Named(string path) => path.Length == 0 ? "body" : path;

    /// <summary>Its place follows in its own fields.</summary>
    private static string Reason(JsonException e) => e.Message.Split(" LineNumber:", 2)[0];

    private static long Start(ReadOnlySpan<byte> text, long line)
    {
        var start = 0;
        for (; line > 0 && text[start..].IndexOf((byte)'\n') is >= 0 and var end; line--)
            start += end + 1;
        return start;
    }
}
