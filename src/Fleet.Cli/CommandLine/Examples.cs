using System.CommandLine;
using System.Runtime.CompilerServices;

namespace Fleet.Cli.CommandLine;

/// <summary>Every command's help ends with examples.</summary>
internal static class Examples
{
    private static readonly ConditionalWeakTable<Command, string[]> Known = [];

    public static Command WithExamples(this Command command, params string[] examples)
    {
        Known.Add(command, examples);
        return command;
    }

    public static IReadOnlyList<string> Of(Command command) => Known.TryGetValue(command, out var examples) ? examples : [];
}
