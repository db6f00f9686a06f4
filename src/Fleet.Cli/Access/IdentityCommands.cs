using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Access;

namespace Fleet.Cli.Access;

/// <summary>Accounts in chats, and the people whose they are.</summary>
internal static class IdentityCommands
{
    public static Command Make() => CommandFactory.Group("identity", Say.Of("Accounts in chats, and the people whose they are."), List(), Link(), Unlink())
        .WithExamples("fleet identity list");

    private static Command List() => CommandFactory.Make("list", Say.Of("Accounts in chats that are linked to people."), async (context, cancellationToken) =>
    {
        var answer = await context.Api.GetAsync<IReadOnlyList<ChatAccountDocument>>("chat-accounts", cancellationToken);
        context.Show(answer, accounts =>
        {
            if (accounts.Count == 0)
            {
                context.Terminal.Line(Say.Of("No account in a chat is linked to a person."));
                return;
            }

            var table = new TextTable("chat", "account", "name", "may", "since", "by");
            foreach (var account in accounts)
                table.Add(account.Chat, Harmless.Line(account.Account), account.Name, RightsText.Of(account.Grants, account.Groups), Words.Time(account.LinkedAt, context.Terminal.Now), account.LinkedBy);
            table.Write(context.Terminal);
        });
        return ExitCodes.Ok;
    }).WithExamples("fleet identity list");

    private static Command Link()
    {
        var (chat, account) = Account();
        var name = new Option<string>("--name") { Description = Say.Of("The person, as the audit will name them"), HelpName = "NAME", Required = true };
        var rights = new RightsOptions();
        return CommandFactory.Make("link", Say.Of("What is said from this account is said by this person from now on."), async (context, cancellationToken) =>
        {
            var request = new LinkAccountRequest { Name = context.Get(name)!, Grants = rights.Grants(context), Groups = rights.GroupsOf(context) };
            var answer = await context.Api.PutAsync<ChatAccountDocument>(PathOf(context, chat, account), request, cancellationToken);
            context.Show(answer, a => context.Terminal.Line(Say.Of($"{a.Chat} {Harmless.Line(a.Account)} is {a.Name} ({RightsText.Of(a.Grants, a.Groups)}).")));
            return ExitCodes.Ok;
        }, [chat, account, name, .. rights.All]).WithExamples("fleet identity link irc ann --name ann --role operator");
    }

    private static Command Unlink()
    {
        var (chat, account) = Account();
        return CommandFactory.Make("unlink", Say.Of("The account is nobody's, and may nothing."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.DeleteAsync<ChatAccountDocument>(PathOf(context, chat, account), cancellationToken);
            context.Show(answer, a => context.Terminal.Line(Say.Of($"{a.Chat} {Harmless.Line(a.Account)} was {a.Name}, and is nobody's now.")));
            return ExitCodes.Ok;
        }, chat, account).WithExamples("fleet identity unlink irc ann");
    }

    private static (Argument<string> Chat, Argument<string> Account) Account() =>
        (new Argument<string>("chat") { Description = Say.Of("Which chat, like irc") }, new Argument<string>("account") { Description = Say.Of("The account, as the chat proves it") });

    private static string PathOf(CommandContext context, Argument<string> chat, Argument<string> account) => $"chat-accounts/{FleetApi.Segment(context.Get(chat)!)}/{FleetApi.Segment(context.Get(account)!)}";
}
