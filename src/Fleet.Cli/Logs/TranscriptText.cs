using System.Text;
using Fleet.Cli.Output;

namespace Fleet.Cli.Logs;

/// <summary>
/// Makes readable, harmless text out of a transcript's bytes as they come: each line is UTF-8, else GB18030; terminal escapes are shown, not obeyed.
/// What has no line end yet is kept until there is one, until it is long, or until it is asked for.
/// </summary>
internal sealed class TranscriptText
{
    private const int LongLine = 64 * 1024;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Gb18030 = LoadGb18030();
    private readonly MemoryStream pending = new();

    public string Take(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            pending.Write(end < 0 ? bytes : bytes[..(end + 1)]);
            bytes = end < 0 ? [] : bytes[(end + 1)..];
            if (end >= 0)
                text.Append(Decode(0));
            else if (pending.Length > LongLine)
                text.Append(Rest());
        }

        return text.ToString();
    }

    /// <summary>What waits without a line end, like a prompt; a character that is only half there stays.</summary>
    public string Rest() => Decode(HalfCharacter(pending.GetBuffer().AsSpan(0, (int)pending.Length)));

    private string Decode(int keep)
    {
        var all = pending.ToArray();
        var line = all.AsSpan(0, all.Length - keep);
        pending.SetLength(0);
        pending.Write(all.AsSpan(all.Length - keep));
        try
        {
            return Harmless.Text(StrictUtf8.GetString(line));
        }
        catch (DecoderFallbackException)
        {
            return Harmless.Text(Gb18030.GetString(line));
        }
    }

    /// <summary>Bytes at the end that begin a UTF-8 character whose other bytes have not come.</summary>
    private static int HalfCharacter(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            var b = bytes[^back];
            if ((b & 0xC0) == 0x80)
                continue;
            var needs = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : b >= 0xC0 ? 2 : 1;
            return needs > back ? back : 0;
        }

        return 0;
    }

    private static Encoding LoadGb18030()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding("gb18030");
    }
}
