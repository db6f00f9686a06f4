namespace Fleet.Worker.Ssh;

/// <summary>Makes any text one word of a POSIX shell.</summary>
internal static class ShellQuote
{
    public static string Of(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
