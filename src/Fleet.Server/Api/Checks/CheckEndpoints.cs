using System.Security.Claims;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration;
using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Packages;
using Fleet.Orchestration.RunbookFiles;
using Fleet.Orchestration.Zones;
using Fleet.Server.Access;
using Fleet.Server.Api.Zones;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Server.Api.Checks;

/// <summary>Looking at zones before a rollout.</summary>
internal static class CheckEndpoints
{
    private const int Most = 500;

    public static void Map(RouteGroupBuilder api)
    {
        var checks = api.MapGroup("/checks").WithTags("Checks");
        checks.MapGet("", ListAsync).WithName("ListChecks").Requires(Permission.Read).WithSummary("Checks, newest first.");
        checks.MapPost("", StartAsync).WithName("StartCheck").Requires(Permission.Start, ScopeOf.Request).WithSummary("Looks at zones as a rollout would before it starts, and changes nothing there. Comes back at once.");
        checks.MapGet("/{id}", ShowAsync).WithName("ShowCheck").Requires(Permission.Read, ScopeOf.Check).WithSummary("What was found so far, by id or an unambiguous beginning of it.");
        api.MapGet("/zones/{name}/checks", HistoryAsync).WithTags("Checks").WithName("ListZoneChecks").Requires(Permission.Read, ScopeOf.Zone).WithSummary("One zone's checks, newest first, each with what changed since the one before.");
    }

    private static async Task<IReadOnlyList<CheckListDocument>> ListAsync(IChecks checks, Sight sight, CancellationToken cancellationToken, int limit = 50)
    {
        var all = await checks.ListAsync(Math.Clamp(limit, 1, Most), cancellationToken);
        var seen = await sight.SeenAsync(cancellationToken);
        if (seen.All)
            return [.. all.Select(CheckListDocument.Of)];
        var some = new List<CheckListDocument>();
        foreach (var check in all)
        {
            if (await checks.FindAsync(check.Id.ToString(), cancellationToken) is { Ok: true, Value: { } found } && Seen.Of(found, seen) is { Zones.Count: > 0 } left)
                some.Add(CheckListDocument.Of(check with { Zones = left.Zones.Count, Asked = left.Zones.Count(z => z.State == CheckState.Asked) }));
        }

        return some;
    }

    private static async Task<Results<Accepted<CheckDocument>, ProblemHttpResult>> StartAsync(
        CheckRequest request, IChecks checks, IZones zones, IPackages packages, IRunbookFiles runbooks, Sight sight, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var selected = await ZoneSelection.SelectAsync(zones, request.Zones, sight, Permission.Start, cancellationToken);
        var package = request.Package is null ? null : await packages.FindAsync(request.Package, cancellationToken);
        var runbook = request.Runbook is null ? null : await runbooks.FindAsync(request.Runbook, cancellationToken);
        IReadOnlyList<Finding> problems = [.. selected.Problems, .. package?.Problems ?? [], .. runbook?.Problems ?? []];
        if (problems.Count > 0)
            return ApiProblem.Of(ResultKind.Invalid, [.. problems.Select(ApiError.Of)]);
        var started = await checks.StartAsync(new StartCheckRequest([.. selected.Value!.Select(z => z.Zone.Name)], package?.Value?.Package.Digest, runbook?.Value?.Digest), user.Name(), cancellationToken);
        return started.Ok
            ? TypedResults.Accepted($"/api/v1/checks/{started.Value.Id}", CheckDocument.Of(started.Value))
            : ApiProblem.Of(started.Kind, [.. started.Problems.Select(ApiError.Of)]);
    }

    private static async Task<Results<Ok<CheckDocument>, ProblemHttpResult>> ShowAsync(string id, IChecks checks, Sight sight, CancellationToken cancellationToken)
    {
        var seen = await sight.SeenAsync(cancellationToken);
        return ApiProblem.From(await checks.FindAsync(id, cancellationToken), check => CheckDocument.Of(Seen.Of(check, seen)));
    }

    private static async Task<Results<Ok<IReadOnlyList<ZoneCheckDocument>>, ProblemHttpResult>> HistoryAsync(string name, IChecks checks, IZones zones, CancellationToken cancellationToken, int limit = 20)
    {
        if (await zones.FindAsync(name, cancellationToken) is null)
            return ZoneEndpoints.NotFound(name);
        return TypedResults.Ok<IReadOnlyList<ZoneCheckDocument>>([.. (await checks.HistoryAsync(name, Math.Clamp(limit, 1, Most), cancellationToken)).Select(ZoneCheckDocument.Of)]);
    }
}
