using System.CommandLine;
using System.CommandLine.Help;
using Fleet.Cli.Output;
using Spectre.Console;

namespace Fleet.Cli.CommandLine;

/// <summary>
/// A command's help as System.CommandLine writes it, part by part. Written here since the library has its headings in English only where there are no
/// cultures, and takes every character for one column.
/// </summary>
internal sealed class HelpPage(TextWriter output, int width)
{
    private const string Indent = "  ";

    public void Write(Command command)
    {
        Part(Say.Of("Description:"), command.Description ?? "");
        Part(Say.Of("Usage:"), HelpWords.Usage(command));
        Part(Say.Of("Arguments:"), [.. Line(command).SelectMany(c => c.Arguments).Where(a => !a.Hidden).Select(a => (HelpWords.Value(a), HelpWords.Described(a)))]);
        Part(Say.Of("Options:"), [.. Options(command).Where(o => !o.Hidden).Select(o => (HelpWords.Label(o), HelpWords.Described(o)))]);
        Part(Say.Of("Commands:"), [.. command.Subcommands.Where(c => !c.Hidden).Select(c => (HelpWords.Label(c), HelpWords.Described(c)))]);
    }

    /// <summary>From the root down to this command.</summary>
    internal static IEnumerable<Command> Line(Command command)
    {
        var line = new List<Command>();
        for (var at = command; at is not null; at = at.Parents.OfType<Command>().FirstOrDefault())
            line.Insert(0, at);
        return line;
    }

    /// <summary>Its own, help and version last; then what the commands above it give to all below.</summary>
    private static IEnumerable<Option> Options(Command command)
    {
        var own = command.Options.OrderBy(o => o is HelpOption or VersionOption).ToList();
        var above = Line(command).SkipLast(1).Reverse().SelectMany(c => c.Options.Where(o => o.Recursive));
        return own.Concat(above.Where(o => o is not HelpOption || !own.Exists(h => h is HelpOption)));
    }

    private void Part(string heading, string text)
    {
        output.WriteLine(heading);
        foreach (var line in ScreenText.Wrap(text, width - Indent.Length))
            output.WriteLine(Indent + line);
        output.WriteLine();
    }

    private void Part(string heading, IReadOnlyList<(string First, string Second)> rows)
    {
        if (rows.Count == 0)
            return;
        output.WriteLine(heading);
        var first = rows.Max(r => r.First.GetCellWidth());
        var second = rows.Max(r => r.Second.GetCellWidth());
        if (first + second + 2 * Indent.Length > width)
        {
            var most = width / 2 - Indent.Length;
            if (first > most)
                first = rows.SelectMany(r => ScreenText.Wrap(r.First, most)).Max(l => l.GetCellWidth());
            second = width - first - 2 * Indent.Length;
        }

        foreach (var row in rows)
            Row([.. ScreenText.Wrap(row.First, first)], [.. ScreenText.Wrap(row.Second, second)], first);
        output.WriteLine();
    }

    private void Row(List<string> first, List<string> second, int firstWidth)
    {
        for (var i = 0; i < Math.Max(first.Count, second.Count); i++)
        {
            var (left, right) = (first.ElementAtOrDefault(i) ?? "", second.ElementAtOrDefault(i) ?? "");
            output.WriteLine(string.IsNullOrWhiteSpace(right) ? Indent + left : $"{Indent}{left}{new string(' ', Math.Max(0, firstWidth - left.GetCellWidth()))}{Indent}{right}");
        }
    }
}
