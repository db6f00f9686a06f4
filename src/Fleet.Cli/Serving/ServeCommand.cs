using System.CommandLine;
using Fleet.Cli.CommandLine;

namespace Fleet.Cli.Serving;

internal static class ServeCommand
{
    public static Command Make() => CommandFactory.Make("serve", "x", (_, _) => Task.FromResult(0));
}
