using System.Text.RegularExpressions;

namespace Fleet.Runbooks.Model;

/// <summary>The patterns of a runbook as regular expressions that cannot hang: they match in a time that grows with the text and no faster. None has a limit in seconds: that would count a pause of the
/// process (a frozen node, a machine under load) against the pattern, and a line would be taken for something that it is not.</summary>
public static class Patterns
{
    public const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    /// <exception cref="NotSupportedException">It has to go back over what it read (lookarounds, back references, atomic groups).</exception>
    public static Regex Compile(string pattern)
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
