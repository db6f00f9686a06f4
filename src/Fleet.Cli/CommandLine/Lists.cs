namespace Fleet.Cli.CommandLine;

internal static class Lists
{
    /// <summary><c>a, b</c> → a, b; nothing: none.</summary>
    public static IReadOnlyList<string> Split(params IReadOnlyList<string?> given) =>
        [.. given.SelectMany(g => (g ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
}
