using Fleet.Orchestration.Identities;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Access;

/// <summary>Others than this machine are let in only where it can be told who they are: by an identity provider, by tokens of people, or, to begin with, by a token that somebody chose.</summary>
internal sealed partial class Admission(ServerOptions options, ITokens tokens, ILogger<Admission> logger) : IHostedService
{
    /// <exception cref="InvalidOperationException">Nobody could be told from another.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (ListenAddress.IsLoopback(new Uri(options.Listen)) || options.Oidc is not null || await tokens.AnyOfPeopleAsync(cancellationToken))
            return;
        if (options.Token is null)
            throw new InvalidOperationException(Refusal(options.Listen));
        LogShared(options.Listen);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    internal static string Refusal(string listen) =>
        $"Fleet:Listen (--listen) is '{listen}', which others than this machine can reach, and nothing tells who they are. Set an identity provider (Fleet:Access:Oidc:Authority), or listen on http://127.0.0.1:{new Uri(listen).Port} first and give each person a token (fleet token create --name ann --role operator), or begin with a token of your own choice (Fleet:Access:Token).";

    [LoggerMessage(1295, LogLevel.Warning, "{Listen} can be reached by others, and one shared token (Fleet:Access:Token) is all that lets them in: the audit cannot tell who. Give each person their own: fleet token create --name ann --role operator")]
    private partial void LogShared(string listen);
}
