using System.CommandLine;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Access;

namespace Fleet.Cli.Access;

internal static class WhoAmICommand
{
    public static Command Make() => CommandFactory.Make("whoami", Say.Of("Who you are to the server, and what you may."), async (context, cancellationToken) =>
    {
        var answer = await context.Api.GetAsync<WhoAmIDocument>("whoami", cancellationToken);
        context.Show(answer, who =>
        {
            context.Terminal.Line(who.Name);
            context.Terminal.Line(who.Grants.Count == 0 ? Say.Of("  may    nothing: no role was given to you") : Say.Of($"  may    {RightsText.Of(who.Grants, who.Groups)}"));
            context.Terminal.Line(Say.Of($"  zones  {who.Zones}"));
            context.Terminal.Line(Say.Of($"  from   {who.Source}"));
        });
        return ExitCodes.Ok;
    }).WithExamples("fleet whoami", "fleet whoami -o json");
}
