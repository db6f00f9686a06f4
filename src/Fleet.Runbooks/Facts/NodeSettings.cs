namespace Fleet.Runbooks.Facts;

/// <summary>One node's settings, <c>/pitrix/conf/settings/&lt;node&gt;</c>: bash assignments.</summary>
public sealed class NodeSettings(IReadOnlyDictionary<string, string> values)
{
    public IReadOnlyDictionary<string, string> Values { get; } = values;

    /// <summary>Like <c>hyper</c>; some nodes have several, separated by commas or blanks.</summary>
    public IReadOnlyList<string> Roles =>
        Values.GetValueOrDefault("role")?.Split([',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    public string? OsVersion => Values.GetValueOrDefault("os_version");

    /// <summary>Ubuntu 12.04, whose QEMU and libvirt can't be upgraded (Q9).</summary>
    public bool IsPrecise => OsVersion is { } os && (os.StartsWith("12.04", StringComparison.Ordinal) || os.Contains("precise", StringComparison.OrdinalIgnoreCase));

    public static NodeSettings Read(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var words = BashText.Words(text);
        for (var i = 0; i < words.Count; i++)
        {
            var equals = words[i].IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !IsName(words[i].AsSpan(0, equals)))
                continue;
            var name = words[i][..equals];
            var value = words[i][(equals + 1)..];
            if (value.Length == 0 && i + 1 < words.Count && words[i + 1] == "(")
            {
                var end = words.IndexOf(")", i + 2);
                if (end < 0)
                    break;
                value = string.Join(' ', words[(i + 2)..end].Where(w => w != "\n"));
                i = end;
            }

            values[name] = value.Trim();
        }

        return new NodeSettings(values);
    }

    private static bool IsName(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c != '_' && !char.IsAsciiLetterOrDigit(c))
                return false;
        }

        return text.Length > 0 && !char.IsAsciiDigit(text[0]);
    }
}
