using System.Security.Claims;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Probes;
using Fleet.Orchestration;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Zones;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Access;
using Fleet.Server.Probing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Server.Api.Zones;

/// <summary>A zone goes to a person, and comes back. One that cannot be read goes too: a dead zone is what a person is needed for.</summary>
internal static class ZoneHandoverEndpoints
{
    public static void Map(RouteGroupBuilder zones)
    {
        zones.MapPost("/{name}/take", TakeAsync).WithName("TakeZone").Requires(Permission.Steer, ScopeOf.Zone).WithSummary("Gives the zone to a person: nothing starts there. It is read, to compare with at its return.");
        zones.MapPost("/{name}/return", ReturnAsync).WithName("ReturnZone").Requires(Permission.Steer, ScopeOf.Zone).WithSummary("Reads the zone afresh, says what changed since it was taken, proposes the phase and takes it back.");
    }

    private static async Task<Results<Ok<ZoneDocument>, ProblemHttpResult>> TakeAsync(
        string name, CommentRequest request, IZones zones, FirstboxProbes probes, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var taken = await zones.TakeAsync(name, request.Comment, user.Name(), cancellationToken);
        if (!taken.Ok)
            return ApiProblem.Of(taken.Kind, [.. taken.Problems.Select(ApiError.Of)]);
        // It is the person's from here on: reading it may take a while, and nothing is to start meanwhile.
        var view = taken.Value;
        var probed = await ReadAsync(view, probes, cancellationToken);
        if (probed.Facts.Count > 0 && view.TakenAt is { } at)
            await zones.KeepReadingAsync(name, at, probed.Facts, cancellationToken);
        return TypedResults.Ok(ZoneDocument.Of(view) with { Reading = ProbeDocument.Of(probed) });
    }

    private static async Task<Results<Ok<ReturnDocument>, ProblemHttpResult>> ReturnAsync(
        string name, CommentRequest request, IZones zones, IRollouts rollouts, FirstboxProbes probes, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (await zones.FindAsync(name, cancellationToken) is not { } view)
            return ZoneEndpoints.NotFound(name);
        if (view.TakenBy is null)
            return ApiProblem.Of(StatusCodes.Status409Conflict, Finding.Of("zone-not-taken", ("zone", name)));
        // Read first: work may start as soon as the zone is given back.
        var probed = await ReadAsync(view, probes, cancellationToken);
        var waiting = await WaitingAsync(name, rollouts, cancellationToken);
        var result = await zones.ReturnAsync(name, request.Comment, user.Name(), cancellationToken);
        if (!result.Ok)
            return ApiProblem.Of(result.Kind, [.. result.Problems.Select(ApiError.Of)]);
        return TypedResults.Ok(new ReturnDocument(ZoneDocument.Of(result.Value), ProbeDocument.Of(probed), FactChanges.Between(view.TakenFacts, probed.Facts))
        {
            Compared = view.TakenFacts is not null && probed.Facts.Count > 0,
            Rollout = waiting?.Rollout.Id,
            Recorded = waiting is { } known ? PhaseProposal.Recorded(known.Upgrade, known.Rollout) : null,
            Proposed = waiting is { } open ? PhaseProposal.Of(open.Upgrade, open.Rollout, probed.Facts) : null,
        });
    }

    /// <returns>The zone's newest upgrade and its rollout, where neither has ended.</returns>
    private static async Task<(ZoneUpgradeView Upgrade, RolloutView Rollout)?> WaitingAsync(string zone, IRollouts rollouts, CancellationToken cancellationToken) =>
        await rollouts.FindNewestAsync(zone, cancellationToken) is { Ok: true, Value: { EndedAt: null } upgrade }
        && await rollouts.FindAsync(upgrade.RolloutId.ToString(), cancellationToken) is { Ok: true, Value: { EndedAt: null } rollout }
            ? (upgrade, rollout)
            : null;

    private static async Task<FirstboxProbed> ReadAsync(ZoneView view, FirstboxProbes probes, CancellationToken cancellationToken) =>
        (await probes.ProbeAsync([view.Zone], ProbeDepth.Standing, cancellationToken))[0];
}
