using System.Security.Claims;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Debts;
using Fleet.Orchestration.Guards;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Nodes;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Workers;
using Fleet.Server.Access;
using Fleet.Server.Api.Zones;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Server.Api.Records;

/// <summary>What is in force, who works, what stays to be done and who changed what.</summary>
internal static class RecordEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/guards", GuardsAsync).WithTags("Records").WithName("ListGuards").Requires(Permission.Read).WithSummary("Every guard now in force.");
        api.MapPost("/zones/{zone}/guards/release", ReleaseAsync).WithTags("Records").WithName("ReleaseGuard").Requires(Permission.Answer, ScopeOf.Zone).WithSummary("Takes away a guard that stayed in force when its zone upgrade ended; the nodes are looked at first.");
        api.MapPost("/zones/{zone}/nodes/readmit", ReadmitAsync).WithTags("Records").WithName("ReadmitNodes").Requires(Permission.Steer, ScopeOf.Zone).WithSummary("Brings quarantined nodes back into a zone that was upgraded: their settings, their packages, and a look at them.");
        api.MapPost("/debts/{id:guid}/settle", SettleAsync).WithTags("Records").WithName("SettleDebt").Requires(Permission.Answer, ScopeOf.Debt).WithSummary("It was seen to: the debt is no longer open.");
        api.MapGet("/workers", WorkersAsync).WithTags("Records").WithName("ListWorkers").Requires(Permission.Read).WithSummary("Workers that were heard of within the last day.");
        api.MapGet("/debts", DebtsAsync).WithTags("Records").WithName("ListDebts").Requires(Permission.Read).WithSummary("What stays to be done on zones.");
        api.MapGet("/audit/verify", VerifyAsync).WithTags("Records").WithName("VerifyAudit").Requires(Permission.Read, ScopeOf.Everything).WithSummary("Holds the audit against the hash chains that it was sealed in; names the first place of each that does not hold.");
        api.MapGet("/audit/export", AuditExport.ReadAsync).WithTags("Records").WithName("ExportAudit").Requires(Permission.Read, ScopeOf.Everything).WithSummary("The audit as JSON lines with every field and link, oldest first; the chains can be computed from it without Fleet.").Produces<AuditLine>(StatusCodes.Status200OK, "application/jsonl");
        api.MapGet("/audit", AuditAsync).WithTags("Records").WithName("ListAudit").Requires(Permission.Read).WithSummary("Who changed what, oldest first.");
    }

    private static async Task<IReadOnlyList<GuardDocument>> GuardsAsync(IGuards guards, Sight sight, CancellationToken cancellationToken)
    {
        var seen = await sight.SeenAsync(cancellationToken);
        return [.. (await guards.ListAsync(cancellationToken)).Where(g => seen.Has(g.Zone)).Select(GuardDocument.Of)];
    }

    private static async Task<Results<Ok<GuardDocument>, ProblemHttpResult>> ReleaseAsync(string zone, ReleaseRequest request, IGuards guards, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await guards.ReleaseAsync(zone, request.Guard, request.Comment, user.Name(), cancellationToken), GuardDocument.Of);

    private static async Task<Results<Ok<ReadmissionDocument>, ProblemHttpResult>> ReadmitAsync(string zone, ReadmitRequest request, INodes nodes, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await nodes.ReadmitAsync(zone, request.Nodes, request.Comment, user.Name(), cancellationToken), ReadmissionDocument.Of);

    private static async Task<Results<Ok<DebtView>, ProblemHttpResult>> SettleAsync(Guid id, CommentRequest request, IDebts debts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(request.Comment)
            ? ApiProblem.Of(StatusCodes.Status400BadRequest, Finding.Of("answer-comment-missing", ("choice", "settle")))
            : ApiProblem.From(await debts.SettleAsync(id, request.Comment, user.Name(), cancellationToken), d => d);

    private static async Task<IReadOnlyList<WorkerView>> WorkersAsync(IWorkers workers, Sight sight, CancellationToken cancellationToken)
    {
        var seen = await sight.SeenAsync(cancellationToken);
        return [.. (await workers.ListAsync(cancellationToken)).Select(w => w with { Holds = [.. w.Holds.Where(h => seen.Has(h.Zone))] })];
    }

    private static async Task<IReadOnlyList<DebtView>> DebtsAsync(string? zone, IDebts debts, Sight sight, CancellationToken cancellationToken, bool all = false)
    {
        var seen = await sight.SeenAsync(cancellationToken);
        return [.. (await debts.ListAsync(zone, openOnly: !all, cancellationToken)).Where(d => seen.Has(d.Zone))];
    }

    private static async Task<Results<Ok<AuditVerificationDocument>, ProblemHttpResult>> VerifyAsync(string? rollout, string? head, IAudit audit, CancellationToken cancellationToken) =>
        head is not null && AuditHead.Parse(head) is null
            ? ApiProblem.Of(StatusCodes.Status400BadRequest, Finding.Of("request-bad-value", ("name", "head"), ("value", head), ("allowed", "POSITION:HASH")))
            : ApiProblem.From(await audit.VerifyAsync(rollout, head is null ? null : AuditHead.Parse(head), cancellationToken), AuditVerificationDocument.Of);

    private static async Task<Results<Ok<IReadOnlyList<AuditDocument>>, ProblemHttpResult>> AuditAsync(
        DateTimeOffset? since, string? rollout, string? zone, long? after, IAudit audit, IRollouts rollouts, Sight sight, CancellationToken cancellationToken, bool incidents = false, int limit = 1000)
    {
        if (limit is < 1 or > 10000)
            return ApiProblem.Of(StatusCodes.Status400BadRequest, Finding.Of("request-bad-value", ("name", "limit"), ("value", limit.ToString()), ("allowed", "1 to 10000")));
        Guid? rolloutId = null;
        if (rollout is not null)
        {
            var found = await rollouts.FindAsync(rollout, cancellationToken);
            if (!found.Ok || Seen.Of(found.Value, await sight.SeenAsync(cancellationToken)) is null)
                return found.Ok ? ApiProblem.Of(StatusCodes.Status404NotFound, Finding.Of("rollout-not-found", ("id", rollout))) : ApiProblem.Of(found.Kind, [.. found.Problems.Select(ApiError.Of)]);
            rolloutId = found.Value.Id;
        }

        var entries = await audit.ListAsync(new AuditFilter { Since = since, RolloutId = rolloutId, Zone = zone, IncidentsOnly = incidents, After = after, Limit = limit, Within = await SeenEntries.OfAsync(sight, rollouts, cancellationToken) }, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<AuditDocument>>([.. entries.Select(e => AuditDocument.Of(e))]);
    }
}
