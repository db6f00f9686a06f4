using System.CommandLine;

namespace Fleet.Cli.CommandLine;

internal static class CommandFactory
{
    public static Command Make(string name, string description, Func<CommandContext, CancellationToken, Task<int>> run, params IReadOnlyList<Symbol> symbols)
    {
        var command = Group(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Option option)
                command.Options.Add(option);
            else if (symbol is Argument argument)
                command.Arguments.Add(argument);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var context = new CommandContext(parsed);
            return await run(context, cancellationToken);
        });
        return command;
    }

    public static Command Group(string name, string description, params IReadOnlyList<Command> commands)
    {
        var group = new Command(name, description);
        foreach (var command in commands)
            group.Subcommands.Add(command);
        return group;
    }
}
