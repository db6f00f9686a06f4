using System.CommandLine;
using Fleet.Cli.CommandLine;

namespace Fleet.Cli.Serving;

/// <summary><c>fleet serve</c>: any of the roles in one process.</summary>
internal static class ServeCommand
{
    public static Command Make()
    {
        var roles = new Option<string?>("--roles") { Description = "coordinator,worker,web or some of them. Default: all", HelpName = "ROLES" };
        var data = new Option<string?>("--data") { Description = "Folder of database, packages and tokens. Default: ./fleet-data", HelpName = "DIR" };
        var listen = new Option<string?>("--listen") { Description = "Where the API listens. Default: http://127.0.0.1:7070", HelpName = "URL" };
        var remote = new Option<bool>("--allow-remote") { Description = "Others than this machine may connect" };
        var command = CommandFactory.Make(
            "serve",
            "Runs the service: everything in one process, or some of its roles",
            (context, cancellationToken) =>
            {
                var given = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
                {
                    ["Fleet:Roles"] = context.Get(roles),
                    ["Fleet:Data"] = context.Get(data),
                    ["Fleet:Listen"] = context.Get(listen),
                    ["Fleet:Access:AllowRemote"] = context.Get(remote) ? "true" : null,
                };
                return ServeHost.RunAsync(given.Where(g => g.Value is not null).ToDictionary(StringComparer.OrdinalIgnoreCase), context.Terminal, cancellationToken);
            },
            roles,
            data,
            listen,
            remote);
        return command.WithExamples("fleet serve", "fleet serve --roles worker", "fleet serve --data /var/lib/fleet --listen http://127.0.0.1:7070");
    }
}
