using System.Security.Claims;
using Fleet.Orchestration.Decisions;
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
        decisions.MapGet("", ListAsync).WithName("ListDecisions").WithSummary("Open questions to people; with all=true also those that ended.");
        decisions.MapGet("/{id}", ShowAsync).WithName("ShowDecision").WithSummary("One decision, by id or an unambiguous beginning of it.");
        decisions.MapPost("/{id}/answer", AnswerAsync).WithName("AnswerDecision").WithSummary("Answers it, and those alike where the scope says so.").RequireAuthorization(Policies.Change);
    }

    private static async Task<Results<Ok<IReadOnlyList<DecisionDocument>>, ProblemHttpResult>> ListAsync(
        string? rollout, IDecisions decisions, IRollouts rollouts, CancellationToken cancellationToken, bool all = false)
    {
        Guid? id = null;
        if (rollout is not null)
        {
            var found = await rollouts.FindAsync(rollout, cancellationToken);
            if (!found.Ok)
                return ApiProblem.Of(found.Kind, [.. found.Problems.Select(ApiError.Of)]);
            id = found.Value.Id;
        }

        return TypedResults.Ok<IReadOnlyList<DecisionDocument>>([.. (await decisions.ListAsync(id, openOnly: !all, cancellationToken)).Select(DecisionDocument.Of)]);
    }

    private static async Task<Results<Ok<DecisionDocument>, ProblemHttpResult>> ShowAsync(string id, IDecisions decisions, CancellationToken cancellationToken) =>
        ApiProblem.From(await decisions.FindAsync(id, cancellationToken), DecisionDocument.Of);

    private static async Task<Results<Ok<AnswerDocument>, ProblemHttpResult>> AnswerAsync(
        string id, AnswerRequest request, IDecisions decisions, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var answer = new AnswerDecision
        {
            Choice = request.Choice,
            Text = request.Text,
            Comment = request.Comment,
            Nodes = request.Nodes ?? [],
            Items = request.Items ?? [],
            From = request.From,
            Scope = request.Scope,
        };
        return ApiProblem.From(
            await decisions.AnswerAsync(id, answer, user.Name(), cancellationToken),
            summary => new AnswerDocument([.. summary.Answered.Select(DecisionDocument.Of)], [.. summary.Refused.Select(Told.Of)]));
    }
}
