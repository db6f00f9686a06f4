using Fleet.Orchestration.Identities;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Fleet.Server.Access;

/// <summary>What an endpoint demands of who calls it: a permission, and over which zones.</summary>
internal sealed record Need(Permission Permission, ScopeOf Scope) : IAuthorizationRequirement;

/// <summary>The zones that a request is about.</summary>
internal enum ScopeOf
{
    /// <summary>The caller's own: whoever is somebody may.</summary>
    Self,

    /// <summary>None in particular; where zones are told of, the endpoint leaves out those out of scope.</summary>
    Listed,

    /// <summary>What all zones share: the permission must be over all of them.</summary>
    Everything,

    /// <summary>Those that the body or the query names; the endpoint asks for each.</summary>
    Request,

    /// <summary>The one in the path.</summary>
    Zone,

    /// <summary>The rollout's: for reading one suffices and the others are left out, for changing it takes all.</summary>
    Rollout,

    /// <summary>The rollout's, all of them also for reading.</summary>
    WholeRollout,

    /// <summary>One of a rollout.</summary>
    RolloutZone,

    /// <summary>The rollout's, or the one that <c>zone</c> in the query names.</summary>
    Report,

    /// <summary>The question's. To answer an approval takes <see cref="Permission.Approve"/> instead of <see cref="Permission.Answer"/>.</summary>
    Decision,
    Transcript,

    /// <summary>All of the plan's, also for reading.</summary>
    Plan,
    Check,
    Debt,
}

internal static class Needs
{
    /// <summary>Each endpoint says its rule by this; one that says none is denied to everybody.</summary>
    public static RouteHandlerBuilder Requires(this RouteHandlerBuilder endpoint, Permission permission, ScopeOf scope = ScopeOf.Listed)
    {
        var need = new Need(permission, scope);
        return endpoint.RequireAuthorization(new AuthorizationPolicyBuilder().AddRequirements(need).Build()).WithMetadata(need).AddEndpointFilter<ScopeFilter>();
    }
}

/// <summary>Whether the caller has the permission anywhere at all; over which zones is looked at by <see cref="ScopeFilter"/>.</summary>
internal sealed class NeedHandler : AuthorizationHandler<Need>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, Need requirement)
    {
        if (context.User.AsCaller() is { } caller && May(caller, requirement))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }

    private static bool May(Caller caller, Need need) => need.Scope switch
    {
        ScopeOf.Self => true,
        ScopeOf.Everything => caller.MayEverywhere(need.Permission),
        ScopeOf.Decision when need.Permission == Permission.Answer => caller.May(Permission.Answer) || caller.May(Permission.Approve),
        _ => caller.May(need.Permission),
    };
}
