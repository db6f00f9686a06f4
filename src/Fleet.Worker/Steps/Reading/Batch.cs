using System.Globalization;
using System.IO.Compression;
using System.Text;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Steps.Reading;

/// <param name="Exit">Of the part's command; null: it was not heard of.</param>
internal sealed record BatchPart(int? Exit, string Text)
{
    public static BatchPart Absent { get; } = new(null, "");

    public bool Ok => Exit == 0;

    /// <summary>Null when its command failed: the file is not there or cannot be read.</summary>
    public string? TextIfOk => Ok ? Text : null;
}

/// <summary>Several reads in one exec. Each part's output travels in base64, so that no content can be taken for a frame, in any encoding.</summary>
internal sealed class Batch(IReadOnlyDictionary<string, BatchPart> parts)
{
    /// <summary>Unpacked text of one part never grows over this.</summary>
    private const int UnpackedLimit = 256 * 1024 * 1024;

    public BatchPart this[string name] => parts.GetValueOrDefault(name, BatchPart.Absent);

    public IEnumerable<KeyValuePair<string, BatchPart>> Under(string prefix) => parts.Where(p => p.Key.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Commands of sh; their standard error is not read. A name ending in <c>.gz</c>: the output is packed on its way.</summary>
    public static string Script(params IReadOnlyList<(string Name, string Command)> parts)
    {
        var script = new StringBuilder("export LC_ALL=C\n");
        foreach (var (name, command) in parts)
        {
            var pack = name.EndsWith(".gz", StringComparison.Ordinal) ? " | gzip -c" : "";
            script.Append(CultureInfo.InvariantCulture, $"printf '\\nfleet-part %s ' '{name}'; {{ ( {command}\n) </dev/null 2>/dev/null; printf '\\nfleet-exit=%s' \"$?\"; }}{pack} | base64 | tr -d '\\n'; echo\n");
        }

        return script.ToString();
    }

    /// <summary>The files below a folder that match a shell pattern, each as a part named <c>PREFIX/file name</c>.</summary>
    public static string FilesScript(string prefix, string quotedFolder, string patterns) =>
        $"cd {quotedFolder} 2>/dev/null && for f in {patterns}; do [ -f \"$f\" ] || continue; printf '\\nfleet-part %s/%s ' '{prefix}' \"$f\"; {{ cat -- \"$f\" 2>/dev/null; printf '\\nfleet-exit=%s' \"$?\"; }} | base64 | tr -d '\\n'; echo; done\n";

    public static async Task<Batch> ReadAsync(IStepContext context, string script, CancellationToken cancellationToken) =>
        Read((await context.ReadAsync(script, cancellationToken)).Output);

    public static Batch Read(byte[] output)
    {
        var parts = new Dictionary<string, BatchPart>(StringComparer.Ordinal);
        foreach (var line in Encoding.Latin1.GetString(output).Split('\n'))
        {
            if (!line.StartsWith("fleet-part ", StringComparison.Ordinal))
                continue;
            var blank = line.LastIndexOf(' ');
            if (blank > 11)
                parts[line[11..blank]] = Part(line[11..blank], line[(blank + 1)..].TrimEnd('\r'));
        }

        return new Batch(parts);
    }

    private static BatchPart Part(string name, string base64)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(base64);
            if (name.EndsWith(".gz", StringComparison.Ordinal))
                bytes = Unpack(bytes);
        }
        catch (Exception torn) when (torn is FormatException or InvalidDataException)
        {
            return BatchPart.Absent;
        }

        var mark = bytes.AsSpan().LastIndexOf("\nfleet-exit="u8);
        if (mark < 0 || !int.TryParse(Encoding.ASCII.GetString(bytes.AsSpan(mark + 12)), NumberStyles.None, CultureInfo.InvariantCulture, out var exit))
            return BatchPart.Absent;
        return new BatchPart(exit, RemoteText.Decode(bytes.AsSpan(0, mark)));
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var from = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var to = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = from.Read(buffer)) > 0)
        {
            to.Write(buffer, 0, read);
            if (to.Length > UnpackedLimit)
                throw new InvalidDataException("The packed output is larger than anything that is read here.");
        }

        return to.ToArray();
    }
}
