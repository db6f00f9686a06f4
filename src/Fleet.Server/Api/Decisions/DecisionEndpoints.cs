using System.Security.Claims;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Rollouts;
using Fleet.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Server.Api.Decisions;

internal static class DecisionEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var decisions = api.MapGroup("/decisions").WithTags("Decisions");
        decisions.MapGet("", ListAsync).WithName("ListDecisions").Requires(Permission.Read).WithSummary("Open questions to people; with all=true also those that ended.");
        decisions.MapGet("/{id}", ShowAsync).WithName("ShowDecision").Requires(Permission.Read, ScopeOf.Decision).WithSummary("One decision, by id or an unambiguous beginning of it.");
        decisions.MapGet("/{id}/policy", PolicyAsync).WithName("DraftPolicy").Requires(Permission.Read, ScopeOf.Decision).WithSummary("The answer as what a runbook would say, for a person to read and apply.");
        decisions.MapPost("/{id}/claim", ClaimAsync).WithName("ClaimDecision").Requires(Permission.Answer, ScopeOf.Decision).WithSummary("Takes it on, and those alike where the scope says so: nobody else answers until it is let go of or taken over.");
        decisions.MapPost("/{id}/let-go", LetGoAsync).WithName("LetGoOfDecision").Requires(Permission.Answer, ScopeOf.Decision).WithSummary("Lets go of it: anybody may answer again.");
        decisions.MapPost("/{id}/answer", AnswerAsync).WithName("AnswerDecision").Requires(Permission.Answer, ScopeOf.Decision).WithSummary("Answers it, and those alike where the scope says so.");
    }

    private static async Task<Results<Ok<IReadOnlyList<DecisionDocument>>, ProblemHttpResult>> ListAsync(
        string? rollout, IDecisions decisions, IRollouts rollouts, Sight sight, CancellationToken cancellationToken, bool all = false)
    {
        Guid? id = null;
        if (rollout is not null)
        {
            var found = await rollouts.FindAsync(rollout, cancellationToken);
            if (!found.Ok || Seen.Of(found.Value, await sight.SeenAsync(cancellationToken)) is null)
                return found.Ok ? ApiProblem.Of(StatusCodes.Status404NotFound, Finding.Of("rollout-not-found", ("id", rollout))) : ApiProblem.Of(found.Kind, [.. found.Problems.Select(ApiError.Of)]);
            id = found.Value.Id;
        }

        return TypedResults.Ok<IReadOnlyList<DecisionDocument>>([.. (await Seen.OfAsync(await decisions.ListAsync(id, openOnly: !all, cancellationToken), sight, rollouts, cancellationToken)).Select(DecisionDocument.Of)]);
    }

    private static async Task<Results<Ok<DecisionDocument>, ProblemHttpResult>> ShowAsync(string id, IDecisions decisions, CancellationToken cancellationToken) =>
        ApiProblem.From(await decisions.FindAsync(id, cancellationToken), DecisionDocument.Of);

    private static async Task<Results<Ok<PolicyDocument>, ProblemHttpResult>> PolicyAsync(string id, IDecisions decisions, CancellationToken cancellationToken) =>
        ApiProblem.From(await decisions.PolicyAsync(id, cancellationToken), PolicyDocument.Of);

    private static async Task<Results<Ok<AnswerDocument>, ProblemHttpResult>> ClaimAsync(string id, ClaimRequest request, IDecisions decisions, Sight sight, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await decisions.ClaimAsync(id, request.Scope, request.TakeOver, user.Name(), await sight.OfAsync(Permission.Answer, cancellationToken), cancellationToken), AnswerDocument.Of);

    private static async Task<Results<Ok<AnswerDocument>, ProblemHttpResult>> LetGoAsync(string id, LetGoRequest request, IDecisions decisions, Sight sight, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await decisions.LetGoAsync(id, request.Scope, user.Name(), await sight.OfAsync(Permission.Answer, cancellationToken), cancellationToken), AnswerDocument.Of);

    private static async Task<Results<Ok<AnswerDocument>, ProblemHttpResult>> AnswerAsync(
        string id, AnswerRequest request, IDecisions decisions, Sight sight, Refusals refusals, HttpContext http, CancellationToken cancellationToken)
    {
        var answer = new AnswerDecision
        {
            Choice = request.Choice,
            Text = request.Text,
            Comment = request.Comment,
            Nodes = request.Nodes ?? [],
            Typed = request.Typed ?? [],
            Items = request.Items ?? [],
            From = request.From,
            Scope = request.Scope,
            AndLater = request.AndLater,
            Groups = sight.Caller.Rights.Groups,
            Within = await sight.OfAsync(Permission.Answer, cancellationToken),
        };
        return ApiProblem.From(await refusals.OfApprovalAsync(http, await decisions.AnswerAsync(id, answer, sight.Caller.Name, cancellationToken)), AnswerDocument.Of);
    }
}
