using System.Text.RegularExpressions;
using Fleet.Cli.Output;

namespace Fleet.Cli.CommandLine;

/// <summary>
/// What System.CommandLine says of a wrong line. It has other languages only where there are cultures: its English sentences are known here, found
/// again in what it says, and said in the language of the person.
/// </summary>
internal static class ParseErrors
{
    /// <summary>As the library has them; one that could be taken for another comes before it.</summary>
    internal static readonly string[] Known =
    [
        "Required argument '{0}' missing for command: '{1}'.",
        "Required argument missing for option: '{0}'.",
        "Required command was not provided.",
        "Option '{0}' is required.",
        "Option '{0}' expects a single argument but {1} were provided.",
        "Argument '{0}' not recognized. Must be one of:{1}",
        "Unrecognized command or argument '{0}'.",
        "Cannot parse argument '{0}' for command '{1}' as expected type '{2}'. Did you mean one of the following?{3}",
        "Cannot parse argument '{0}' for command '{1}' as expected type '{2}'.",
        "Cannot parse argument '{0}' for option '{1}' as expected type '{2}'. Did you mean one of the following?{3}",
        "Cannot parse argument '{0}' for option '{1}' as expected type '{2}'.",
        "Cannot parse argument '{0}' as expected type '{1}'.",
        "{0} option cannot be combined with other arguments.",
        "Response file not found '{0}'.",
        "Error reading response file '{0}': {1}",
    ];

    public static string Told(string message)
    {
        foreach (var known in Known)
        {
            var match = Regex.Match(message, $"^{Regex.Replace(Regex.Escape(known), @"\\\{[0-9]}", "(.*)", RegexOptions.NonBacktracking)}$", RegexOptions.Singleline | RegexOptions.NonBacktracking);
            if (match.Success)
                return Say.Of(known, [.. match.Groups.Values.Skip(1).Select(g => g.Value)]);
        }

        return message;
    }
}
