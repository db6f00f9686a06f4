using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Orchestration.Identities;

namespace Fleet.Cli.Access;

/// <summary>Sessions of browsers. Each is in its browser's cookie only, so they are ended by person and not listed one by one.</summary>
internal static class SessionCommands
{
    public static Command Make() => CommandFactory.Group("session", Say.Of("Sessions of browsers that signed in at the identity provider."), List(), Revoke())
        .WithExamples("fleet session revoke ann", "fleet session list");

    private static Command List() => CommandFactory.Make("list", Say.Of("When your sessions were ended; for admins those of everybody."), async (context, cancellationToken) =>
    {
        var answer = await context.Api.GetAsync<IReadOnlyList<EndedSessions>>("sessions", cancellationToken);
        context.Show(answer, ended =>
        {
            if (ended.Count == 0)
            {
                context.Terminal.Line(Say.Of("No sessions were ended yet. End a person's: fleet session revoke NAME"));
                return;
            }

            var table = new TextTable("name", "ended", "by");
            foreach (var one in ended)
                table.Add(one.Name, Words.Time(one.At, context.Terminal.Now), one.By);
            table.Write(context.Terminal);
        });
        return ExitCodes.Ok;
    }).WithExamples("fleet session list");

    private static Command Revoke()
    {
        var name = new Argument<string>("name") { Description = Say.Of("The person, as the identity provider names them") };
        return CommandFactory.Make("revoke", Say.Of("Ends all sessions of a person that began before now, in whatever browser."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.DeleteAsync<EndedSessions>($"sessions/{FleetApi.Segment(context.Get(name))}", cancellationToken);
            context.Show(answer, ended => context.Terminal.Line(Say.Of($"All sessions of {ended.Name} that began before now count no longer. Their tokens still do: fleet token list")));
            return ExitCodes.Ok;
        }, name).WithExamples("fleet session revoke ann");
    }
}
