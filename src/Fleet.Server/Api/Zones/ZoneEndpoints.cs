using System.Security.Claims;
using System.Text;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration;
using Fleet.Orchestration.Debts;
using Fleet.Orchestration.Guards;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Zones;
using Fleet.Server.Access;
using Fleet.Server.Api.Records;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Hardening;
using Fleet.Server.Inventory;
using Fleet.Server.Probing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Server.Api.Zones;

internal static class ZoneEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var zones = api.MapGroup("/zones").WithTags("Zones");
        zones.MapGet("", ListAsync).WithName("ListZones").Requires(Permission.Read).WithSummary("Zones by name; all, or those that a selector means.");
        zones.MapGet("/{name}", ShowAsync).WithName("ShowZone").Requires(Permission.Read, ScopeOf.Zone).WithSummary("One zone.");
        zones.MapGet("/{name}/upgrade", NewestUpgradeAsync).WithName("ShowNewestUpgrade").Requires(Permission.Read, ScopeOf.Zone).WithSummary("The zone's newest upgrade over all rollouts, with its steps.");
        zones.MapPost("/import", ImportAsync).Limited(BodyLimits.Inventory).WithName("ImportZones").Requires(Permission.Manage, ScopeOf.Everything).WithSummary("Takes an inventory file: adds and changes zones, or refuses with every error.")
            .Accepts<string>("application/yaml", "text/yaml", "application/x-yaml", "text/plain");
        zones.MapPost("/probe", ProbeAsync).WithName("ProbeZones").Requires(Permission.Start, ScopeOf.Request).WithSummary("Looks at firstboxes without changing anything there.");
        zones.MapPost("/{name}/pins", PinAsync).WithName("PinHostKey").Requires(Permission.Manage, ScopeOf.Zone).WithSummary("Pins the host key of the firstbox or of a jump host.");
        ZoneHandoverEndpoints.Map(zones);
        zones.MapDelete("/{name}", RemoveAsync).WithName("RemoveZone").Requires(Permission.Manage, ScopeOf.Zone).WithSummary("Removes an idle zone from the inventory.");
    }

    private static async Task<Results<Ok<IReadOnlyList<ZoneDocument>>, ProblemHttpResult>> ListAsync(string? selector, IZones zones, Sight sight, CancellationToken cancellationToken)
    {
        var seen = await sight.SeenAsync(cancellationToken);
        if (selector is null)
            return TypedResults.Ok<IReadOnlyList<ZoneDocument>>([.. (await zones.ListAsync(null, cancellationToken)).Where(z => seen.Has(z.Zone.Name)).Select(ZoneDocument.Of)]);
        var selected = await ZoneSelection.SelectAsync(zones, selector, seen, cancellationToken);
        return ApiProblem.From<IReadOnlyList<ZoneView>, IReadOnlyList<ZoneDocument>>(selected, views => [.. views.Select(ZoneDocument.Of)]);
    }

    private static async Task<Results<Ok<ZoneDocument>, ProblemHttpResult>> ShowAsync(string name, IZones zones, IDebts debts, IGuards guards, CancellationToken cancellationToken) =>
        await zones.FindAsync(name, cancellationToken) is { } view
            ? TypedResults.Ok(ZoneDocument.Of(view) with
            {
                Debts = await debts.ListAsync(name, openOnly: true, cancellationToken),
                Guards = [.. (await guards.ListAsync(cancellationToken)).Where(g => g.Zone == name).Select(GuardDocument.Of)],
            })
            : NotFound(name);

    private static async Task<Results<Ok<ZoneUpgradeDocument>, ProblemHttpResult>> NewestUpgradeAsync(string name, IRollouts rollouts, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.FindNewestAsync(name, cancellationToken), ZoneUpgradeDocument.Of);

    private static async Task<Results<Ok<ImportDocument>, ProblemHttpResult>> ImportAsync(
        HttpRequest request, IZones zones, ClaimsPrincipal user, CancellationToken cancellationToken, bool prune = false)
    {
        using var reader = new StreamReader(request.Body, new UTF8Encoding(false, throwOnInvalidBytes: false));
        var file = InventoryFile.Read(await reader.ReadToEndAsync(cancellationToken));
        if (file.Problems.Count > 0)
        {
            var others = await zones.CheckImportAsync(file.Zones, file.Named, prune, cancellationToken);
            IEnumerable<ApiError> errors = [.. file.Problems.Select(ApiError.Of), .. others.Select(p => Placed(p, file))];
            return ApiProblem.Of(ResultKind.Invalid, [.. errors.OrderBy(e => e.Line).ThenBy(e => e.Column)]);
        }

        var result = await zones.ImportAsync(file.Zones, prune, user.Name(), cancellationToken);
        if (!result.Ok)
            return ApiProblem.Of(result.Kind, [.. result.Problems.Select(p => Placed(p, file))]);
        var summary = result.Value;
        return TypedResults.Ok(new ImportDocument(summary.Added, summary.Changed, summary.Removed, summary.Unchanged, [.. summary.Remarks.Select(Told.Of)]));
    }

    /// <summary>A problem that only the store could see, shown where its zone stands in the file.</summary>
    private static ApiError Placed(Finding problem, InventoryFile file) =>
        problem.Args.TryGetValue("zone", out var zone) && file.Places.TryGetValue(zone, out var place)
            ? ApiError.Of(problem) with { Line = place.Line, Column = place.Column, Path = place.Path }
            : ApiError.Of(problem);

    private static async Task<Results<Ok<IReadOnlyList<ProbeDocument>>, ProblemHttpResult>> ProbeAsync(
        ProbeRequest request, IZones zones, FirstboxProbes probes, Sight sight, CancellationToken cancellationToken)
    {
        var selected = await ZoneSelection.SelectAsync(zones, request.Zones, sight, Permission.Start, cancellationToken);
        if (!selected.Ok)
            return ApiProblem.Of(selected.Kind, [.. selected.Problems.Select(ApiError.Of)]);
        var probed = await probes.ProbeAsync([.. selected.Value.Select(z => z.Zone)], request.Depth, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<ProbeDocument>>([.. probed.Select(ProbeDocument.Of)]);
    }

    private static async Task<Results<Ok<ZoneDocument>, ProblemHttpResult>> PinAsync(string name, PinRequest request, IZones zones, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (InventoryRules.Fingerprint(name)(request.Fingerprint) is { } wrong)
            return ApiProblem.Of(StatusCodes.Status400BadRequest, wrong);
        return ApiProblem.From(await zones.PinAsync(name, request.Host, request.Fingerprint.TrimEnd('='), user.Name(), cancellationToken), ZoneDocument.Of);
    }

    private static async Task<Results<Ok<ZoneDocument>, ProblemHttpResult>> RemoveAsync(string name, IZones zones, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await zones.RemoveAsync(name, user.Name(), cancellationToken), ZoneDocument.Of);

    public static ProblemHttpResult NotFound(string name) => ApiProblem.Of(StatusCodes.Status404NotFound, Finding.Of("zone-not-found", ("zone", name)));
}
