using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Zones;
using Fleet.Runbooks.Loading;
using Fleet.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Server.Api.Access;

/// <summary>Who may what: the caller, tokens, sessions, accounts in chats.</summary>
internal static class AccessEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/whoami", WhoAmIAsync).WithTags("Access").WithName("WhoAmI").Requires(Permission.Read, ScopeOf.Self).WithSummary("Who the caller is here, and what the caller may over which zones.");
        var tokens = api.MapGroup("/tokens").WithTags("Access");
        tokens.MapGet("", ListAsync).WithName("ListTokens").Requires(Permission.Read, ScopeOf.Self).WithSummary("The caller's tokens, newest first; for admins over all zones those of everybody.");
        tokens.MapPost("", CreateAsync).WithName("CreateToken").Requires(Permission.Read).WithSummary("Makes a token, and tells it this once. It can do no more than the caller can; for another person only an admin over all zones makes one.");
        tokens.MapDelete("/{id}", RevokeAsync).WithName("RevokeToken").Requires(Permission.Read).WithSummary("The token counts no longer. One's own, or anybody's for an admin over all zones.");
        var sessions = api.MapGroup("/sessions").WithTags("Access");
        sessions.MapGet("", EndedAsync).WithName("ListEndedSessions").Requires(Permission.Read, ScopeOf.Self).WithSummary("When the caller's sessions in browsers were ended; for admins over all zones those of everybody.");
        sessions.MapDelete("/{person}", EndAsync).WithName("EndSessions").Requires(Permission.Read).WithSummary("All sessions of the person that began before now count no longer. One's own, or anybody's for an admin over all zones.");
        var accounts = api.MapGroup("/chat-accounts").WithTags("Access");
        accounts.MapGet("", AccountsAsync).WithName("ListChatAccounts").Requires(Permission.Admit, ScopeOf.Everything).WithSummary("Accounts in chats, and whose they are.");
        accounts.MapPut("/{chat}/{account}", LinkAsync).WithName("LinkChatAccount").Requires(Permission.Admit, ScopeOf.Everything).WithSummary("What is said from this account is said by this person from now on.");
        accounts.MapDelete("/{chat}/{account}", UnlinkAsync).WithName("UnlinkChatAccount").Requires(Permission.Admit, ScopeOf.Everything).WithSummary("The account is nobody's, and may nothing.");
    }

    private static async Task<WhoAmIDocument> WhoAmIAsync(Sight sight, IZones zones, CancellationToken cancellationToken)
    {
        var caller = sight.Caller;
        var seen = caller.May(Permission.Read) ? await sight.SeenAsync(cancellationToken) : null;
        var count = seen is null ? 0 : (await zones.ListAsync(null, cancellationToken)).Count(z => seen.Has(z.Zone.Name));
        return new WhoAmIDocument(caller.Name, caller.Rights.Grants, caller.Rights.Groups, caller.Source, caller.TokenId, count);
    }

    private static async Task<IReadOnlyList<TokenDocument>> ListAsync(ITokens tokens, Sight sight, CancellationToken cancellationToken) =>
        [.. (await tokens.ListAsync(cancellationToken)).Where(t => sight.Caller.MayEverywhere(Permission.Admit) || t.Name == sight.Caller.Name).Select(TokenDocument.Of)];

    private static async Task<Results<Created<MadeTokenDocument>, ProblemHttpResult>> CreateAsync(CreateTokenRequest request, ITokens tokens, Sight sight, CancellationToken cancellationToken)
    {
        var caller = sight.Caller;
        var lifetime = TimeSpan.Zero;
        if (request.Expires is { } expires && !DurationText.TryParse(expires, out lifetime))
            return ApiProblem.Of(StatusCodes.Status400BadRequest, Finding.Of("request-bad-value", ("name", "expires"), ("value", expires), ("allowed", "30d, 12h")));
        var create = new CreateToken
        {
            Name = request.Name ?? Names.Person(caller.Name),
            Rights = new Rights { Grants = request.Grants, Groups = request.Groups ?? [] },
            Lifetime = request.Expires is null ? null : lifetime,
        };
        var made = await tokens.CreateAsync(create, caller, cancellationToken);
        return made.Ok
            ? TypedResults.Created($"/api/v1/tokens/{made.Value.View.Id}", new MadeTokenDocument(made.Value.Token, TokenDocument.Of(made.Value.View)))
            : ApiProblem.Of(made.Kind, [.. made.Problems.Select(ApiError.Of)]);
    }

    private static async Task<Results<Ok<TokenDocument>, ProblemHttpResult>> RevokeAsync(string id, ITokens tokens, Sight sight, CancellationToken cancellationToken) =>
        ApiProblem.From(await tokens.RevokeAsync(id, sight.Caller, cancellationToken), TokenDocument.Of);

    private static async Task<IReadOnlyList<EndedSessions>> EndedAsync(ISessions sessions, Sight sight, CancellationToken cancellationToken) =>
        [.. (await sessions.ListAsync(cancellationToken)).Where(e => sight.Caller.MayEverywhere(Permission.Admit) || string.Equals(e.Name, sight.Caller.Name, StringComparison.OrdinalIgnoreCase))];

    private static async Task<Results<Ok<EndedSessions>, ProblemHttpResult>> EndAsync(string person, ISessions sessions, Sight sight, CancellationToken cancellationToken) =>
        ApiProblem.From(await sessions.EndAsync(person, sight.Caller, cancellationToken), ended => ended);

    private static async Task<IReadOnlyList<ChatAccountDocument>> AccountsAsync(IChatAccounts accounts, CancellationToken cancellationToken) =>
        [.. (await accounts.ListAsync(cancellationToken)).Select(ChatAccountDocument.Of)];

    private static async Task<Results<Ok<ChatAccountDocument>, ProblemHttpResult>> LinkAsync(string chat, string account, LinkAccountRequest request, IChatAccounts accounts, Sight sight, CancellationToken cancellationToken) =>
        ApiProblem.From(
            await accounts.LinkAsync(new LinkChatAccount(chat, account, request.Name, new Rights { Grants = request.Grants, Groups = request.Groups ?? [] }), sight.Caller, cancellationToken),
            ChatAccountDocument.Of);

    private static async Task<Results<Ok<ChatAccountDocument>, ProblemHttpResult>> UnlinkAsync(string chat, string account, IChatAccounts accounts, Sight sight, CancellationToken cancellationToken) =>
        ApiProblem.From(await accounts.UnlinkAsync(chat, account, sight.Caller, cancellationToken), ChatAccountDocument.Of);
}
