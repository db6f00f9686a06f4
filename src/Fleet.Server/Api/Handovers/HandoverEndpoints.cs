using System.Security.Claims;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Handovers;
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
        api.MapGet("/handover", ReadAsync).WithTags("Records").WithName("ReadHandover").WithSummary("What runs, what is held and why, guards, debts, and what happens by itself next.");
        api.MapPost("/handover", PassOnAsync).WithTags("Records").WithName("HandOver").WithSummary("The same, and the questions that the caller has taken on are another's from now on.").RequireAuthorization(Policies.Change);
    }

    private static async Task<HandoverDocument> ReadAsync(IHandovers handovers, CancellationToken cancellationToken) => HandoverDocument.Of(await handovers.ReadAsync(cancellationToken));

    private static async Task<Results<Ok<HandoverDocument>, ProblemHttpResult>> PassOnAsync(HandoverRequest request, IHandovers handovers, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (!BearerHandler.IsName(request.To))
            return ApiProblem.Of(StatusCodes.Status400BadRequest, Finding.Of("handover-no-name", ("to", request.To)));
        // Who is named without an identity has the same one as the caller.
        var to = request.To.Contains('/', StringComparison.Ordinal) ? request.To : $"{user.Name().Split('/')[0]}/{request.To}";
        var passed = await handovers.PassOnAsync(to, user.Name(), cancellationToken);
        return TypedResults.Ok(HandoverDocument.Of(await handovers.ReadAsync(cancellationToken)) with { PassedOn = [.. passed.Select(DecisionDocument.Of)] });
    }
}
