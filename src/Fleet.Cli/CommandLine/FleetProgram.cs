using System.CommandLine;
using System.Runtime.InteropServices;
using Fleet.Cli.Output;
using Fleet.Cli.Settings;
using Fleet.Runbooks.Texts;

namespace Fleet.Cli.CommandLine;

/// <summary>Runs one command line to its exit code.</summary>
internal static class FleetProgram
{
    public static async Task<int> RunAsync(string[] args)
    {
        var settings = PersonalSettings.Read(PersonalSettings.File, out var problem);
        CliFailure? refused = null;
        try
        {
            Language.Current = LanguageChoice.Of(args, Environment.GetEnvironmentVariable, settings);
        }
        catch (CliFailure failure)
        {
            refused = failure;
        }

        if (problem is not null)
            await Console.Error.WriteLineAsync(Harmless.Text(Say.Of($"{PersonalSettings.File} cannot be read, so it sets nothing: {problem}")));
        if (refused is not null)
            return await RefuseAsync(refused);

        // From here on: the commands' descriptions are made in the language of the person too.
        var root = FleetCommands.Root();
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is System.CommandLine.Invocation.ParseErrorAction)
            return Refuse(parsed);

        using var interrupted = new CancellationTokenSource();
        var serving = parsed.CommandResult.Command.Name == "serve";
        // A server ends by its host; every other command by this.
        using var onInterrupt = serving ? null : PosixSignalRegistration.Create(PosixSignal.SIGINT, s => Cancel(s, interrupted));
        using var onTerminate = serving ? null : PosixSignalRegistration.Create(PosixSignal.SIGTERM, s => Cancel(s, interrupted));
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interrupted.Token);
        }
        catch (CliFailure failure)
        {
            return await RefuseAsync(failure);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (IOException) when (Console.IsOutputRedirected)
        {
            // Whoever read our output has gone (| head).
            return ExitCodes.Ok;
        }
    }

    private static async Task<int> RefuseAsync(CliFailure failure)
    {
        foreach (var line in failure.Lines())
            await Console.Error.WriteLineAsync(Harmless.Text(line));
        return failure.ExitCode;
    }

    private static void Cancel(PosixSignalContext signal, CancellationTokenSource interrupted)
    {
        signal.Cancel = true;
        interrupted.Cancel();
    }

    private static int Refuse(ParseResult parsed)
    {
        var path = string.Join(' ', Path(parsed.CommandResult));
        foreach (var error in parsed.Errors.Select(e => e.Message).Distinct())
            Console.Error.WriteLine(Harmless.Text(ParseErrors.Told(error)));
        foreach (var example in Examples.Of(parsed.CommandResult.Command).Take(1))
            Console.Error.WriteLine(Say.Of($"For example: {example}"));
        Console.Error.WriteLine(Say.Of($"See: {path} --help"));
        return ExitCodes.Usage;
    }

    private static IEnumerable<string> Path(System.CommandLine.Parsing.CommandResult result)
    {
        var names = new List<string>();
        for (var at = (System.CommandLine.Parsing.SymbolResult?)result; at is not null; at = at.Parent)
        {
            if (at is System.CommandLine.Parsing.CommandResult command)
                names.Insert(0, command.Command is RootCommand ? "fleet" : command.Command.Name);
        }

        return names;
    }
}
