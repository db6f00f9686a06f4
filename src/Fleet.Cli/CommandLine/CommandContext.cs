using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.Output;

namespace Fleet.Cli.CommandLine;

/// <summary>What a running command works with.</summary>
internal sealed class CommandContext(ParseResult parsed) : IDisposable
{
    private readonly GlobalOptions global = GlobalOptions.Of(parsed.RootCommandResult);
    private FleetApi? api;

    public ParseResult Parsed { get; } = parsed;

    public Terminal Terminal { get; } = Terminal.Open();

    public bool Json { get; } = parsed.GetValue(GlobalOptions.Of(parsed.RootCommandResult).Output) == "json";

    public FleetApi Api => api ??= new FleetApi(ServerAddress.Resolve(Parsed.GetValue(global.Server), Parsed.GetValue(global.Token), Parsed.GetValue(global.Ca)));

    public T? Get<T>(Option<T> option) => Parsed.GetValue(option);

    public T Get<T>(Argument<T> argument) => Parsed.GetRequiredValue(argument);

    /// <summary>Prints the document for programs, or lets <paramref name="forPeople"/> show it.</summary>
    public void Show<T>(Answer<T> answer, Action<T> forPeople)
    {
        if (Json)
            Terminal.WriteJson(answer.Json);
        else
            forPeople(answer.Value);
    }

    /// <summary>Asks in a terminal; where there is none, or with --yes, it goes on.</summary>
    public async Task<bool> ConfirmedAsync(string question, bool yes, CancellationToken cancellationToken) =>
        yes || Json || !Terminal.CanAsk || await Terminal.AskYesAsync(question, cancellationToken);

    public void Dispose() => api?.Dispose();
}
