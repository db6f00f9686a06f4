using System.Text.RegularExpressions;

namespace Fleet.Worker.Redaction;

/// <summary>The lines between <c>-----BEGIN … PRIVATE KEY-----</c> and its end, also where each has something in front of it, or all are in one line.</summary>
internal sealed class KeyBlock
{
    /// <summary>A block whose end never comes hides no more lines than this; the largest keys have a hundred.</summary>
    private const int MostLines = 256;

    private static readonly Regex Begin = Of("-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----");
    private static readonly Regex End = Of("-----END [A-Z0-9 ]*PRIVATE KEY");
    private static readonly Regex Run = Of("[A-Za-z0-9+/=]{16,}");
    private static readonly Regex Alone = Of("^(?<s>[A-Za-z0-9+/=]+)[\r\n]*$");

    private int _left;

    /// <param name="whole">No more of the line comes: what it opens or closes holds for those after it.</param>
    public void Scan(string line, bool whole, Action<int, int> found)
    {
        var (at, left) = (0, _left);
        while (at < line.Length)
        {
            if (left == 0)
            {
                if (Begin.Match(line, at) is not { Success: true } begin)
                    break;
                (at, left) = (begin.Index + begin.Length, MostLines);
            }

            var end = End.Match(line, at);
            Hide(line, at, end.Success ? end.Index : line.Length, found);
            if (!end.Success)
                break;
            (at, left) = (end.Index + end.Length, 0);
        }

        if (whole)
            _left = Math.Max(0, left - 1);
    }

    private static void Hide(string line, int from, int until, Action<int, int> found)
    {
        // A key's last line may be short; it is alone on its line then.
        if (from == 0 && Alone.Match(line) is { Success: true } alone)
            found(0, Math.Min(until, alone.Groups["s"].Length));
        for (var run = Run.Match(line, from); run.Success && run.Index < until; run = run.NextMatch())
            found(run.Index, Math.Min(until, run.Index + run.Length));
    }

    private static Regex Of(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant);
}
