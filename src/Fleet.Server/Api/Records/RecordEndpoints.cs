using System.Security.Claims;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Debts;
using Fleet.Orchestration.Guards;
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
        api.MapGet("/guards", GuardsAsync).WithTags("Records").WithName("ListGuards").WithSummary("Every guard now in force.");
        api.MapPost("/zones/{zone}/guards/release", ReleaseAsync).WithTags("Records").WithName("ReleaseGuard").WithSummary("Takes away a guard that stayed in force when its zone upgrade ended; the nodes are looked at first.").RequireAuthorization(Policies.Change);
        api.MapPost("/zones/{zone}/nodes/readmit", ReadmitAsync).WithTags("Records").WithName("ReadmitNodes").WithSummary("Brings quarantined nodes back into a zone that was upgraded: their settings, their packages, and a look at them.").RequireAuthorization(Policies.Change);
        api.MapPost("/debts/{id:guid}/settle", SettleAsync).WithTags("Records").WithName("SettleDebt").WithSummary("It was seen to: the debt is no longer open.").RequireAuthorization(Policies.Change);
        api.MapGet("/workers", WorkersAsync).WithTags("Records").WithName("ListWorkers").WithSummary("Workers that were heard of within the last day.");
        api.MapGet("/debts", DebtsAsync).WithTags("Records").WithName("ListDebts").WithSummary("What stays to be done on zones.");
        api.MapGet("/audit/verify", VerifyAsync).WithTags("Records").WithName("VerifyAudit").WithSummary("Holds the audit against the hash chains that it was sealed in; names the first place of each that does not hold.");
        api.MapGet("/audit", AuditAsync).WithTags("Records").WithName("ListAudit").WithSummary("Who changed what, oldest first.");
    }

    private static async Task<IReadOnlyList<GuardDocument>> GuardsAsync(IGuards guards, CancellationToken cancellationToken) =>
        [.. (await guards.ListAsync(cancellationToken)).Select(GuardDocument.Of)];

    private static async Task<Results<Ok<GuardDocument>, ProblemHttpResult>> ReleaseAsync(string zone, ReleaseRequest request, IGuards guards, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await guards.ReleaseAsync(zone, request.Guard, request.Comment, user.Name(), cancellationToken), GuardDocument.Of);

    private static async Task<Results<Ok<ReadmissionDocument>, ProblemHttpResult>> ReadmitAsync(string zone, ReadmitRequest request, INodes nodes, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await nodes.ReadmitAsync(zone, request.Nodes, request.Comment, user.Name(), cancellationToken), ReadmissionDocument.Of);

    private static async Task<Results<Ok<DebtView>, ProblemHttpResult>> SettleAsync(Guid id, CommentRequest request, IDebts debts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(request.Comment)
            ? ApiProblem.Of(StatusCodes.Status400BadRequest, Finding.Of("answer-comment-missing", ("choice", "settle")))
            : ApiProblem.From(await debts.SettleAsync(id, request.Comment, user.Name(), cancellationToken), d => d);

    private static Task<IReadOnlyList<WorkerView>> WorkersAsync(IWorkers workers, CancellationToken cancellationToken) => workers.ListAsync(cancellationToken);

    private static Task<IReadOnlyList<DebtView>> DebtsAsync(string? zone, IDebts debts, CancellationToken cancellationToken, bool all = false) =>
        debts.ListAsync(zone, openOnly: !all, cancellationToken);

    private static async Task<Results<Ok<AuditVerificationDocument>, ProblemHttpResult>> VerifyAsync(string? rollout, string? head, IAudit audit, CancellationToken cancellationToken) =>
        head is not null && AuditHead.Parse(head) is null
            ? ApiProblem.Of(StatusCodes.Status400BadRequest, Finding.Of("request-bad-value", ("name", "head"), ("value", head), ("allowed", "POSITION:HASH")))
            : ApiProblem.From(await audit.VerifyAsync(rollout, head is null ? null : AuditHead.Parse(head), cancellationToken), AuditVerificationDocument.Of);

    private static async Task<Results<Ok<IReadOnlyList<AuditDocument>>, ProblemHttpResult>> AuditAsync(
        DateTimeOffset? since, string? rollout, string? zone, long? after, IAudit audit, IRollouts rollouts, CancellationToken cancellationToken, bool incidents = false, int limit = 1000)
    {
        if (limit is < 1 or > 10000)
            return ApiProblem.Of(StatusCodes.Status400BadRequest, Finding.Of("request-bad-value", ("name", "limit"), ("value", limit.ToString()), ("allowed", "1 to 10000")));
        Guid? rolloutId = null;
        if (rollout is not null)
        {
            var found = await rollouts.FindAsync(rollout, cancellationToken);
            if (!found.Ok)
                return ApiProblem.Of(found.Kind, [.. found.Problems.Select(ApiError.Of)]);
            rolloutId = found.Value.Id;
        }

        var entries = await audit.ListAsync(new AuditFilter { Since = since, RolloutId = rolloutId, Zone = zone, IncidentsOnly = incidents, After = after, Limit = limit }, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<AuditDocument>>([.. entries.Select(AuditDocument.Of)]);
    }
}
