using Fleet.Cli.Output;
using Spectre.Console;

namespace Fleet.Cli.Rollouts;

internal static class RollbackPrinter
{
    public static void Print(Terminal terminal, IEnumerable<PagePart> page)
    {
        foreach (var (kind, text) in page.Select(p => (p.Kind, p.Text)))
        {
            if (kind is PartKind.Section or PartKind.Step)
                terminal.Line();
            switch (kind)
            {
                case PartKind.Title or PartKind.Section:
                    terminal.Screen.WriteLine(Harmless.Line(text), Styles.Strong);
                    break;
                case PartKind.Step:
                    terminal.Screen.WriteLine($"  {Harmless.Line(text)}", Styles.Strong);
                    break;
                case PartKind.Alarm:
                    terminal.Line($"  ! {Harmless.Line(text)}");
                    break;
                case PartKind.Command:
                    // From the first column on: what is copied has no blanks before it, and is never broken.
                    terminal.Line();
                    foreach (var line in text.Split('\n'))
                        terminal.Line(line);
                    terminal.Line();
                    break;
                case PartKind.Detail:
                    terminal.Line($"      {Harmless.Line(text)}");
                    break;
                default:
                    terminal.Line($"  {(kind == PartKind.Item ? "· " : "")}{Harmless.Line(text)}");
                    break;
            }
        }
    }
}
