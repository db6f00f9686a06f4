namespace Fleet.Runbooks.Facts;

/// <summary>
/// The commands that digest a backup: the same for who verifies it and for who goes back to it later, with tools as old as the oldest firstbox's, and fit to travel through exec_nodes.sh.
/// Each prints 64 hex digits. Links and empty folders of a tree are not in its digest.
/// </summary>
public static class BackupDigest
{
    private const string Sum = "sha256sum | cut -c 1-64";

    public static string OfFile(string path) => $"sha256sum <{Sh.Quote(path)} | cut -c 1-64";

    /// <param name="contents">Every file is read; else only paths and sizes count.</param>
    public static string OfTree(string path, bool contents) =>
        $"cd {Sh.Quote(path)} && find . -type f -print0 | LC_ALL=C sort -z | {Each(contents)} | {Sum}";

    /// <summary>The same, and a word more where a file could not be read: such a digest would be one of something else.</summary>
    public static string OfTreeOrTorn(string path, bool contents) =>
        $"( cd {Sh.Quote(path)} && {{ find . -type f -print0 || echo torn >&3; }} | {{ LC_ALL=C sort -z || echo torn >&3; }} | {{ {Each(contents)} || echo torn >&3; }} | {Sum} ) 3>&1";

    /// <summary>The digest that such a command printed; null: it printed none, or more.</summary>
    public static string? Read(string? printed) => printed?.Trim() is { Length: 64 } digest && digest.All(char.IsAsciiHexDigitLower) ? digest : null;

    private static string Each(bool contents) => contents ? "xargs -0 -r sha256sum" : "xargs -0 -r stat -c \"%s %n\"";
}
