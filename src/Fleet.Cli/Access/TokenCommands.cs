using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Orchestration.Identities;
using Fleet.Server.Api.Access;

namespace Fleet.Cli.Access;

/// <summary>Tokens of people and workers.</summary>
internal static class TokenCommands
{
    public static Command Make() => CommandFactory.Group("token", Say.Of("Tokens of people and workers: each person their own, so that the audit knows who."), Create(), List(), Revoke())
        .WithExamples("fleet token create --name ann --role operator", "fleet token list");

    private static Command Create()
    {
        var name = new Option<string?>("--name") { Description = Say.Of("The person, as the audit will name them; default you"), HelpName = "NAME" };
        var rights = new RightsOptions();
        var expires = new Option<string?>("--expires") { Description = Say.Of("How long it counts, like 30d; default and longest as the server has them"), HelpName = "TIME" };
        return CommandFactory.Make("create", Say.Of("Makes a token and shows it this once; it can do no more than you can."), async (context, cancellationToken) =>
        {
            var request = new CreateTokenRequest { Name = context.Get(name), Grants = rights.Grants(context), Groups = rights.GroupsOf(context), Expires = context.Get(expires) };
            var answer = await context.Api.PostAsync<MadeTokenDocument>("tokens", request, cancellationToken);
            context.Show(answer, made =>
            {
                context.Terminal.Line(made.Token);
                context.Terminal.ErrorLine(Say.Of($"Token {made.About.Id} of {made.About.Name} ({RightsText.Of(made.About.Grants, made.About.Groups)}), until {Words.Time(made.About.ExpiresAt!.Value, context.Terminal.Now)}. It is shown this once; keep it like a password (FLEET_TOKEN)."));
            });
            return ExitCodes.Ok;
        }, [name, .. rights.All, expires]).WithExamples(
            "fleet token create --name ann --role operator",
            "fleet token create --name bob --role approver --group sre --zones 'region=pek' --expires 30d",
            "fleet token create --name worker-pek --role worker");
    }

    private static Command List() => CommandFactory.Make("list", Say.Of("Your tokens; for admins those of everybody."), async (context, cancellationToken) =>
    {
        var answer = await context.Api.GetAsync<IReadOnlyList<TokenDocument>>("tokens", cancellationToken);
        context.Show(answer, tokens =>
        {
            if (tokens.Count == 0)
            {
                context.Terminal.Line(Say.Of("There is no token of a person yet. Make one: fleet token create --name ann --role operator"));
                return;
            }

            var now = context.Terminal.Now;
            var table = new TextTable("token", "name", "state", "may", "made", "by", "until", "last used");
            foreach (var token in tokens)
            {
                table.Add(
                    token.Id, token.Name, new Cell(Words.Of(token.State), token.State == TokenState.Valid ? Styles.Good : Styles.Quiet), RightsText.Of(token.Grants, token.Groups), Words.Time(token.CreatedAt, now), token.CreatedBy,
                    token.ExpiresAt is { } until ? Words.Time(until, now) : "", token.LastUsedAt is { } used ? Words.Ago(now - used) : "");
            }

            table.Write(context.Terminal);
        });
        return ExitCodes.Ok;
    }).WithExamples("fleet token list");

    private static Command Revoke()
    {
        var id = new Argument<string>("id") { Description = Say.Of("The token's id, or the beginning of it") };
        return CommandFactory.Make("revoke", Say.Of("The token counts no longer, from now on."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.DeleteAsync<TokenDocument>($"tokens/{FleetApi.Segment(context.Get(id)!)}", cancellationToken);
            context.Show(answer, token => context.Terminal.Line(Say.Of($"Token {token.Id} of {token.Name} counts no longer.")));
            return ExitCodes.Ok;
        }, id).WithExamples("fleet token revoke 3f2a");
    }
}
