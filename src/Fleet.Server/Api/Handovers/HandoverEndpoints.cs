using System.Security.Claims;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Handovers;
using Fleet.Orchestration.Identities;
using Fleet.Server.Access;
using Fleet.Server.Api.Decisions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Server.Api.Handovers;

/// <summary>From one person on duty to the next.</summary>
internal static class HandoverEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/handover", ReadAsync).WithTags("Records").WithName("ReadHandover").Requires(Permission.Read).WithSummary("What runs, what is held and why, guards, debts, and what happens by itself next.");
        api.MapPost("/handover", PassOnAsync).WithTags("Records").WithName("HandOver").Requires(Permission.Answer).WithSummary("The same, and the questions that the caller has taken on are another's from now on.");
    }

    private static async Task<HandoverDocument> ReadAsync(IHandovers handovers, Sight sight, CancellationToken cancellationToken) => HandoverDocument.Of(Seen.Of(await handovers.ReadAsync(cancellationToken), await sight.SeenAsync(cancellationToken)));

    private static async Task<Results<Ok<HandoverDocument>, ProblemHttpResult>> PassOnAsync(HandoverRequest request, IHandovers handovers, Sight sight, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (!BearerHandler.IsName(request.To))
            return ApiProblem.Of(StatusCodes.Status400BadRequest, Finding.Of("handover-no-name", ("to", request.To)));
        // Where a token is shared, who is named without an identity has the same one as the caller.
        var to = !request.To.Contains('/', StringComparison.Ordinal) && Names.Proven(user.Name()) == KnownTokens.OperatorName ? $"{KnownTokens.OperatorName}/{request.To}" : request.To;
        var passed = await handovers.PassOnAsync(to, user.Name(), cancellationToken);
        return TypedResults.Ok(HandoverDocument.Of(Seen.Of(await handovers.ReadAsync(cancellationToken), await sight.SeenAsync(cancellationToken))) with { PassedOn = [.. passed.Select(DecisionDocument.Of)] });
    }
}
