using System.CommandLine;
using System.Data.Common;
using System.Security.Authentication;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Runbooks.Texts;
using Fleet.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;

namespace Fleet.Cli.Serving;

internal static class ServeCommand
{
    public static Command Make()
    {
        var roles = new Option<string?>("--roles") { Description = Say.Of("What this process does: coordinator,worker,web; default all (Fleet__Roles)"), HelpName = "ROLES" };
        var data = new Option<string?>("--data") { Description = Say.Of("The folder of the database, packages and tokens; default ./fleet-data (Fleet__Data)"), HelpName = "DIR" };
        var listen = new Option<string?>("--listen") { Description = Say.Of("The address of the API; default http://127.0.0.1:7070 (Fleet__Listen)"), HelpName = "URL" };
        var remote = new Option<bool>("--allow-remote") { Description = Say.Of("Listen beyond this machine too; put something that encrypts in front (Fleet__Access__AllowRemote)") };
        return CommandFactory.Make("serve", Say.Of("Runs Fleet: coordinator, worker and web in one process, or some of them."), async (context, _) =>
        {
            var given = new Dictionary<string, string?>();
            void Give(string key, string? value)
            {
                if (value is not null)
                    given[key] = value;
            }

            Give("Fleet:Roles", context.Get(roles));
            Give("Fleet:Data", context.Get(data));
            Give("Fleet:Listen", context.Get(listen));
            Give("Fleet:Access:AllowRemote", context.Get(remote) ? "true" : null);
            return await RunAsync(context.Terminal, given);
        }, roles, data, listen, remote).WithExamples(
            "fleet serve",
            "fleet serve --data /var/lib/fleet --listen http://127.0.0.1:7070",
            "fleet serve --roles worker");
    }

    private static async Task<int> RunAsync(Terminal terminal, IReadOnlyDictionary<string, string?> given)
    {
        var builder = ServeHost.NewBuilder();
        builder.Configuration.AddInMemoryCollection(given);
        var settings = ServeSettings.Read(builder.Configuration);
        if (settings.Problems.Count > 0)
        {
            foreach (var problem in settings.Problems)
                terminal.ErrorLine(problem);
            return ExitCodes.Usage;
        }

        using var folder = DataFolder.Open(settings, out var refusal);
        if (refusal is not null)
        {
            terminal.ErrorLine(refusal);
            return ExitCodes.Usage;
        }

        return await ServeAsync(terminal, builder, settings, Language.Current);
    }

    /// <param name="person">The language of whoever is at this process's terminal.</param>
    private static async Task<int> ServeAsync(Terminal terminal, WebApplicationBuilder builder, ServeSettings settings, Language person)
    {
        // A server speaks to many: each request says its language, and what runs beside them has none.
        Language.Current = Language.English;
        WebApplication built;
        try
        {
            built = ServeHost.Build(builder, settings, terminal.CanAsk);
        }
        catch (InvalidOperationException e)
        {
            // A key that a setting names is not to be had.
            Tell(person, () => terminal.ErrorLine(Say.Of($"Fleet could not start: {e.Message}")));
            return ExitCodes.Usage;
        }

        await using var app = built;
        try
        {
            await app.StartAsync();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or HttpRequestException or DbException)
        {
            Tell(person, () => terminal.ErrorLine(e.InnerException is AddressInUseException
                ? Say.Of($"Fleet could not start: another program listens on {settings.Server.Listen}. Give this one an address of its own, like --listen http://127.0.0.1:7071.")
                : e.GetBaseException() is AuthenticationException why
                ? Say.Of($"Fleet could not start: the certificate of {(e is DbException ? "Fleet:Store:ConnectionString" : "Fleet:Bus:Uri")} was not believed ({why.Message}). Fleet__Store__Ca and Fleet__Bus__Ca name the file of an authority to trust; the host in the address is the name that the certificate has to be for.")
                : Say.Of($"Fleet could not start: {e.Message}")));
            await app.StopAsync();
            return ExitCodes.No;
        }

        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // It was told to end while it still waited, like for the store's migrations.
            return ExitCodes.Ok;
        }

        Tell(person, () => Tell(terminal, settings));
        await Microsoft.Extensions.Hosting.HostingAbstractionsHostExtensions.WaitForShutdownAsync(app);
        return ExitCodes.Ok;
    }

    private static void Tell(Language person, Action tell)
    {
        Language.Current = person;
        try
        {
            tell();
        }
        finally
        {
            Language.Current = Language.English;
        }
    }

    private static void Tell(Terminal terminal, ServeSettings settings)
    {
        terminal.Line(Say.Of($"Fleet serves: {settings.Roles}"));
        terminal.Line(Say.Of($"  address  {settings.Server.Listen}"));
        if (settings.Roles.Web)
            terminal.Line(Say.Of($"  token    {(settings.Server.Token is null ? Path.Combine(settings.Server.Data, TokenFile.Operator) : Say.Of("as configured (Fleet:Access:Token)"))}"));
        terminal.Line(Say.Of($"  data     {settings.Server.Data}"));
        if (settings.Roles.Worker)
            terminal.Line(Say.Of($"  worker   {settings.Worker.WorkerId}, pool {settings.Worker.Pool}, up to {settings.Worker.MaxZones} zones"));
        Console.Out.Flush();
    }
}
