using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Fleet.Runbooks.Model;

/// <summary>The patterns of a runbook as regular expressions that cannot hang: they match in a time that grows with the text and no faster. None has a limit in seconds: that would count a pause of the
/// process (a frozen node, a machine under load) against the pattern, and a line would be taken for something that it is not.</summary>
public static class Patterns
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;
    private const int Kept = 1000;

    /// <summary>Making one costs far more than a match: a prompt's pattern is asked for with each line that stays open.</summary>
    private static readonly ConcurrentDictionary<string, Regex> Made = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    /// <exception cref="NotSupportedException">It has to go back over what it read (lookarounds, back references, atomic groups).</exception>
    public static Regex Compile(string pattern)
    {
        if (Made.Count >= Kept)
            Made.Clear();
        return Made.GetOrAdd(pattern, Make);
    }

    private static Regex Make(string pattern)
    {
        try
        {
            return new Regex(pattern, Options, Regex.InfiniteMatchTimeout);
        }
        catch (NotSupportedException e)
        {
            throw new NotSupportedException($"{e.Message} Fleet takes only patterns that cannot hang: say it without lookarounds, back references, atomic groups and counts in the thousands.", e);
        }
    }
}
