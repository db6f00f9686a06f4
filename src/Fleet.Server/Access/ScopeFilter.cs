using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Identities;
using Fleet.Server.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Server.Access;

/// <summary>Holds a request against the caller's zones. What the caller does not see is not there; what is seen but not the caller's is refused.</summary>
internal sealed class ScopeFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var need = http.GetEndpoint()?.Metadata.GetMetadata<Need>() ?? throw new InvalidOperationException("An endpoint is scoped and says no rule.");
        return await RefusalAsync(http, need) is { } refused ? refused : await next(context);
    }

    private static async Task<IResult?> RefusalAsync(HttpContext http, Need need)
    {
        var sight = http.RequestServices.GetRequiredService<Sight>();
        if (need.Scope is ScopeOf.Self or ScopeOf.Listed or ScopeOf.Everything or ScopeOf.Request)
            return null;
        var mayBeApproval = need is { Scope: ScopeOf.Decision, Permission: Permission.Answer };
        if (!mayBeApproval && sight.Caller.MayEverywhere(need.Permission))
            return null;
        var cancellationToken = http.RequestAborted;
        if (await http.RequestServices.GetRequiredService<Concerned>().OfAsync(http, need.Scope, cancellationToken) is not { } zones)
            return null;
        var permission = mayBeApproval && zones.IsApproval ? Permission.Approve : need.Permission;
        if (!(await sight.SeenAsync(cancellationToken)).HasAny(zones.Names) && need.Permission != Permission.Fetch)
            return ApiProblem.Of(StatusCodes.Status404NotFound, zones.NotFound);
        if (!sight.Caller.May(permission))
            return await RefuseAsync(http, Denial.Of(sight.Caller.Name, permission));
        var scope = await sight.OfAsync(permission, cancellationToken);
        var one = permission == Permission.Read && need.Scope is ScopeOf.Rollout or ScopeOf.Check;
        return one || scope.HasAll(zones.Names) ? null
            : permission == Permission.Read && need.Scope is ScopeOf.Plan ? ApiProblem.Of(StatusCodes.Status404NotFound, zones.NotFound)
            : await RefuseAsync(http, Finding.Of("access-beyond-scope", ("identity", sight.Caller.Name)));
    }

    private static async Task<IResult> RefuseAsync(HttpContext http, Finding finding)
    {
        await http.RequestServices.GetRequiredService<Refusals>().NoteAsync(http, finding.Code);
        return ApiProblem.Of(StatusCodes.Status403Forbidden, finding);
    }
}
