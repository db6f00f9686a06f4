using System.Text.RegularExpressions;

namespace Fleet.Runbooks.Model;

/// <summary>The patterns of a runbook as regular expressions that cannot hang: without backtracking where the pattern allows that, else with a time limit.</summary>
public static class Patterns
{
    public static TimeSpan TimeLimit { get; } = TimeSpan.FromSeconds(1);

    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    public static Regex Compile(string pattern)
    {
        const RegexOptions Options = RegexOptions.CultureInvariant;
        try
        {
            return new Regex(pattern, Options | RegexOptions.NonBacktracking, TimeLimit);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, Options, TimeLimit);
        }
    }

    /// <summary>Whether it matches; a match that takes longer than <see cref="TimeLimit"/> is what the caller says that it is.</summary>
    public static bool Matches(Regex expression, string text, bool whenTooSlow)
    {
        try
        {
            return expression.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return whenTooSlow;
        }
    }
}
