using Fleet.Cli.CommandLine;

namespace Fleet.Cli.Tests.Texts;

/// <summary>What the program's source says to people, and where.</summary>
internal static class Sources
{
    private static readonly string Folder = Repository.PathOf("src", "Fleet.Cli");

    private static readonly Lazy<IReadOnlyList<SourceReader>> Read = new(() =>
    [
        .. Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f).Replace('\\', '/'))
            .Where(f => !f.StartsWith("obj/", StringComparison.Ordinal) && !f.StartsWith("bin/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(f => SourceReader.Read(f, File.ReadAllText(Path.Combine(Folder, f)))),
    ]);

    public static IEnumerable<SourceCall> Calls => Read.Value.SelectMany(r => r.Calls);

    public static IEnumerable<SourceText> Texts => Read.Value.SelectMany(r => r.Texts);

    /// <summary>Every sentence that is looked up, with where it is said.</summary>
    public static ILookup<string, string> Said => Calls.SelectMany(SaidBy).Concat(ParseErrors.Known.Select(k => (k, "CommandLine/ParseErrors.cs"))).ToLookup(s => s.Item1, s => s.Item2);

    internal static IEnumerable<(string Key, string Where)> SaidBy(SourceCall call) => call.Name switch
    {
        "Say.Of" when call.Text(0) is { } said => [(call.Text(1) is { } sense ? $"{said}|{sense}" : said, call.Where)],
        "Words.Plural" when call.Text(2) is { } many => [($"{{0}} {many}", call.Where)],
        "new TextTable" => call.Texts.Where(t => t.Whole && t.Template.Any(char.IsAsciiLetter)).Select(t => (t.Template, t.Where)),
        _ => [],
    };
}
