using System.Security.Claims;
using Fleet.Orchestration.Planning;
using Fleet.Server.Access;
using Fleet.Server.Api.Rollouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Server.Api.Plans;

internal static class PlanEndpoints
{
    private const int MostListed = 1000;

    public static void Map(RouteGroupBuilder api)
    {
        var plans = api.MapGroup("/plans").WithTags("Plans");
        plans.MapGet("", ListAsync).WithName("ListPlans").WithSummary("Plans that were made, newest first.");
        plans.MapPost("", MakeAsync).WithName("MakePlan").WithSummary("What a rollout would do; nothing on a zone is touched.").RequireAuthorization(Policies.Change);
        plans.MapGet("/{hash}", ShowAsync).WithName("ShowPlan").WithSummary("A plan as it was made, by its hash or an unambiguous beginning of it.");
    }

    private static async Task<IReadOnlyList<PlanSummaryDocument>> ListAsync(IPlans plans, CancellationToken cancellationToken, int limit = 50) =>
        [.. (await plans.ListAsync(Math.Clamp(limit, 1, MostListed), cancellationToken)).Select(PlanSummaryDocument.Of)];

    private static async Task<Results<Ok<PlanDocument>, ProblemHttpResult>> MakeAsync(StartRequest request, StartReading reading, IPlans plans, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        // A plan of a plan is that plan as things are now.
        var start = await reading.ReadAsync(request, cancellationToken);
        return start.Ok
            ? ApiProblem.From(await plans.MakeAsync(start.Value.Start with { Plan = null }, start.Value.Selector, user.Name(), cancellationToken), PlanDocument.Of)
            : ApiProblem.Of(start.Kind, [.. start.Problems.Select(ApiError.Of)]);
    }

    private static async Task<Results<Ok<PlanDocument>, ProblemHttpResult>> ShowAsync(string hash, IPlans plans, CancellationToken cancellationToken) =>
        ApiProblem.From(await plans.FindAsync(hash, cancellationToken), PlanDocument.Of);
}
