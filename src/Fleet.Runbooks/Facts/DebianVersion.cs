namespace Fleet.Runbooks.Facts;

/// <summary>Compares Debian versions as dpkg does: epoch, upstream, revision; <c>~</c> sorts before everything.</summary>
public static class DebianVersion
{
    public static int Compare(string left, string right)
    {
        var (leftEpoch, leftRest) = Epoch(left);
        var (rightEpoch, rightRest) = Epoch(right);
        if (leftEpoch != rightEpoch)
            return leftEpoch.CompareTo(rightEpoch);
        var (leftUpstream, leftRevision) = Split(leftRest);
        var (rightUpstream, rightRevision) = Split(rightRest);
        var upstream = Part(leftUpstream, rightUpstream);
        return upstream != 0 ? upstream : Part(leftRevision, rightRevision);
    }

    /// <summary>The leading digits and dots: of <c>1:2.11.1.1-20180801</c> it is <c>2.11.1.1</c>; null when there are none.</summary>
    public static string? Upstream(string version)
    {
        var rest = Epoch(version).Text;
        var end = rest.AsSpan().IndexOfAnyExcept("0123456789.");
        var number = (end < 0 ? rest : rest[..end]).Trim('.');
        return number.Length == 0 ? null : number;
    }

    private static (long Epoch, string Text) Epoch(string version)
    {
        // A colon cannot stand in a file name everywhere: it is written as %3a there.
        var text = version.Replace("%3a", ":", StringComparison.OrdinalIgnoreCase);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && long.TryParse(text.AsSpan(0, colon), out var epoch) ? (epoch, text[(colon + 1)..]) : (0, text);
    }

    private static (string Upstream, string Revision) Split(string version)
    {
        var dash = version.LastIndexOf('-');
        return dash < 0 ? (version, "") : (version[..dash], version[(dash + 1)..]);
    }

    private static int Part(string left, string right)
    {
        var (i, j) = (0, 0);
        while (i < left.Length || j < right.Length)
        {
            while ((i < left.Length && !char.IsAsciiDigit(left[i])) || (j < right.Length && !char.IsAsciiDigit(right[j])))
            {
                var difference = Order(left, i) - Order(right, j);
                if (difference != 0)
                    return Math.Sign(difference);
                i++;
                j++;
            }

            var (leftDigits, rightDigits) = (Digits(left, ref i), Digits(right, ref j));
            var numbers = leftDigits.Length != rightDigits.Length ? leftDigits.Length.CompareTo(rightDigits.Length) : string.CompareOrdinal(leftDigits, rightDigits);
            if (numbers != 0)
                return Math.Sign(numbers);
        }

        return 0;
    }

    private static int Order(string text, int at)
    {
        if (at >= text.Length || char.IsAsciiDigit(text[at]))
            return 0;
        return text[at] == '~' ? -1 : char.IsAsciiLetter(text[at]) ? text[at] : text[at] + 256;
    }

    private static string Digits(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return text[start..at].TrimStart('0');
    }
}
