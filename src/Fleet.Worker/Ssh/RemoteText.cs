using System.Text;
using System.Text.Unicode;

namespace Fleet.Worker.Ssh;

/// <summary>Some sites print GBK: a line that is no UTF-8 is read as GB18030. Line by line, since one log has lines of both, and a cut in the middle of a character spoils no more than its own line.</summary>
internal static class RemoteText
{
    private static readonly Encoding Gb18030 = LoadGb18030();

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Strict(bytes) is { } all)
            return all;
        var text = new StringBuilder(bytes.Length);
        // No character of GB18030 has a line feed in it.
        while (bytes.IndexOf((byte)'\n') is var end and >= 0)
        {
            text.Append(Line(bytes[..(end + 1)]));
            bytes = bytes[(end + 1)..];
        }
        return text.Append(Line(bytes)).ToString();
    }

    private static string Line(ReadOnlySpan<byte> bytes) => Strict(bytes) ?? Gb18030.GetString(bytes);

    private static string? Strict(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;

    private static Encoding LoadGb18030()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding("gb18030");
    }
}
