using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Fleet.Cli.Output;

namespace Fleet.Cli.CommandLine;

/// <summary>The help of every command: its page, then its examples.</summary>
internal sealed class Help(HelpAction library) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public static void AddTo(RootCommand root)
    {
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Description = Say.Of("Show help and usage information");
            help.Action = new Help((HelpAction)help.Action!);
        }

        foreach (var version in root.Options.OfType<VersionOption>())
            version.Description = Say.Of("Show version information");
    }

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        // How wide the terminal is, or that there is none, is the library's to know.
        new HelpPage(output, library.MaxWidth).Write(parseResult.CommandResult.Command);
        var examples = Examples.Of(parseResult.CommandResult.Command);
        if (examples.Count == 0)
            return 0;
        output.WriteLine(examples.Count == 1 ? Say.Of("Example:") : Say.Of("Examples:"));
        foreach (var example in examples)
            output.WriteLine($"  {example}");
        output.WriteLine();
        return 0;
    }
}
