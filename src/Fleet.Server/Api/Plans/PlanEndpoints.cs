using System.Security.Claims;
using Fleet.Orchestration.Identities;
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
        plans.MapGet("", ListAsync).WithName("ListPlans").Requires(Permission.Read).WithSummary("Plans that were made, newest first.");
        plans.MapPost("", MakeAsync).WithName("MakePlan").Requires(Permission.Start, ScopeOf.Request).WithSummary("What a rollout would do; nothing on a zone is touched.");
        plans.MapGet("/{hash}", ShowAsync).WithName("ShowPlan").Requires(Permission.Read, ScopeOf.Plan).WithSummary("A plan as it was made, by its hash or an unambiguous beginning of it.");
    }

    private static async Task<IReadOnlyList<PlanSummaryDocument>> ListAsync(IPlans plans, Sight sight, CancellationToken cancellationToken, int limit = 50)
    {
        var all = await plans.ListAsync(Math.Clamp(limit, 1, MostListed), cancellationToken);
        var seen = await sight.SeenAsync(cancellationToken);
        if (seen.All)
            return [.. all.Select(PlanSummaryDocument.Of)];
        var some = new List<PlanSummaryDocument>();
        foreach (var plan in all)
        {
            if (await plans.FindAsync(plan.Hash, cancellationToken) is { Ok: true, Value: { } found } && seen.HasAll(found.Zones.Select(z => z.Zone)))
                some.Add(PlanSummaryDocument.Of(plan));
        }

        return some;
    }

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
