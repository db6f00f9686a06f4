using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Fleet.Runbooks.Loading;

/// <summary>Writes nodes as YAML, always the same for the same nodes, so that a digest of the text means something.</summary>
internal static partial class NodeWriter
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Mapping root, string comment)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(comment).Append('\n');
        WriteMap(text, root, 0);
        return text.ToString();
    }

    private static void WriteMap(StringBuilder text, Mapping map, int indent, bool inItem = false)
    {
        foreach (var (key, value) in map.Entries)
        {
            if (!inItem)
                text.Append(' ', indent);
            inItem = false;
            text.Append(Word(key.Value, key.Plain)).Append(':');
            WriteValue(text, value, indent);
        }
    }

    private static void WriteValue(StringBuilder text, Node value, int indent)
    {
        switch (value)
        {
            case Scalar scalar:
                text.Append(' ').Append(scalar.IsNull ? "null" : Word(scalar.Value, scalar.Plain)).Append('\n');
                break;
            case Mapping { Entries.Count: 0 }:
                text.Append(" {}\n");
                break;
            case Sequence { Items.Count: 0 }:
                text.Append(" []\n");
                break;
            case Mapping map:
                text.Append('\n');
                WriteMap(text, map, indent + 2);
                break;
            case Sequence list:
                text.Append('\n');
                foreach (var item in list.Items)
                    WriteItem(text, item, indent + 2);
                break;
        }
    }

    private static void WriteItem(StringBuilder text, Node item, int indent)
    {
        text.Append(' ', indent).Append('-');
        if (item is Mapping { Entries.Count: > 0 } map)
        {
            text.Append(' ');
            WriteMap(text, map, indent + 2, inItem: true);
        }
        else
        {
            WriteValue(text, item, indent);
        }
    }

    /// <summary>What was plain and reads as a flag or number stays so; what only looks like one stays quoted.</summary>
    private static string Word(string value, bool plain)
    {
        var typed = value is "true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n" || NumberForm().IsMatch(value);
        var asItIs = typed ? plain : PlainForm().IsMatch(value);
        return asItIs ? value : JsonSerializer.Serialize(value, Readable);
    }

    [GeneratedRegex(@"^\d+(\.\d+)?$")]
    private static partial Regex NumberForm();

    [GeneratedRegex("^[A-Za-z/][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*$")]
    private static partial Regex PlainForm();
}
