using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using SkiaSharp;

namespace Fleet.Cli.Rollouts.Timelines;

/// <summary>The fonts of this machine: for each text the first that has all of its characters.</summary>
internal sealed class PlotFonts : IDisposable
{
    /// <summary>Plain ones first; what is not named comes after them.</summary>
    private static readonly string[] Preferred = ["NotoSans-Regular", "DejaVuSans", "LiberationSans-Regular", "NotoSansCJK-Regular", "NotoSansCJKsc-Regular", "SourceHanSansSC-Regular", "wqy-microhei", "wqy-zenhei"];
    private readonly List<SKTypeface> open = [];
    private readonly Queue<string> left = new(Files());

    public SKTypeface For(string text)
    {
        if (open.FirstOrDefault(f => f.ContainsGlyphs(text)) is { } known)
            return known;
        while (left.TryDequeue(out var file))
        {
            if (SKTypeface.FromFile(file) is not { } font)
                continue;
            open.Add(font);
            if (font.ContainsGlyphs(text))
                return font;
        }

        throw new CliFailure(ExitCodes.No, Say.Of($"No font of this machine has the characters of '{text}'. Install one (fonts-dejavu-core; with Chinese: fonts-wqy-microhei), or write an SVG: --out FILE.svg."));
    }

    public void Dispose() => open.ForEach(f => f.Dispose());

    private static IEnumerable<string> Files()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string[] folders = ["/usr/share/fonts", "/usr/local/share/fonts", Path.Combine(home, ".fonts"), Path.Combine(home, ".local", "share", "fonts")];
        return folders.Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateFiles(f, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }))
            .Where(f => Path.GetExtension(f).ToLowerInvariant() is ".ttf" or ".otf" or ".ttc")
            .OrderBy(f => Array.IndexOf(Preferred, Path.GetFileNameWithoutExtension(f)) is >= 0 and var place ? place : Preferred.Length).ThenBy(f => f, StringComparer.Ordinal);
    }
}
