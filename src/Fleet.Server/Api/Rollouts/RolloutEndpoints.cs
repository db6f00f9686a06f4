using System.Security.Claims;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Packages;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.RunbookFiles;
using Fleet.Orchestration.Zones;
using Fleet.Server.Access;
using Fleet.Server.Api.Zones;
using Fleet.Server.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Server.Api.Rollouts;

internal static class RolloutEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var rollouts = api.MapGroup("/rollouts").WithTags("Rollouts");
        rollouts.MapGet("", ListAsync).WithName("ListRollouts").Requires(Permission.Read).WithSummary("Rollouts, newest first, without their zones.");
        rollouts.MapPost("", StartAsync).WithName("StartRollout").Requires(Permission.Start, ScopeOf.Request).WithSummary("Starts upgrading zones to a package.");
        rollouts.MapGet("/{id}", ShowAsync).WithName("ShowRollout").Requires(Permission.Read, ScopeOf.Rollout).WithSummary("One rollout with its zones, by id, name or an unambiguous beginning of either.");
        rollouts.MapGet("/{id}/events", EventsAsync).WithName("WatchRollout").Requires(Permission.Read, ScopeOf.Rollout).WithSummary("Changes as server-sent events: rollout, zone, end.");
        rollouts.MapGet("/{id}/timeline", TimelineAsync).WithName("ShowTimeline").Requires(Permission.Read, ScopeOf.Rollout).WithSummary("How long each phase took on each zone.");
        rollouts.MapPost("/{id}/approve", ApproveAsync).WithName("ApproveRollout").Requires(Permission.Approve, ScopeOf.Rollout).WithSummary("One person's approval of a rollout that waits for it; with enough of them it begins.");
        rollouts.MapPost("/{id}/reject", RejectAsync).WithName("RejectRollout").Requires(Permission.Approve, ScopeOf.Rollout).WithSummary("Ends a rollout that waits for approval; wants a comment.");
        rollouts.MapPost("/{id}/pause", PauseAsync).WithName("PauseRollout").Requires(Permission.Steer, ScopeOf.Rollout).WithSummary("Starts nothing more; what runs stops at its next safe point.");
        rollouts.MapPost("/{id}/resume", ResumeAsync).WithName("ResumeRollout").Requires(Permission.Steer, ScopeOf.Rollout).WithSummary("Goes on.");
        rollouts.MapGet("/{id}/abort-preview", PreviewAbortAsync).WithName("PreviewAbort").Requires(Permission.Read, ScopeOf.WholeRollout).WithSummary("What an abort would make of each zone, its guards and its questions, as of now; nothing changes by asking.");
        rollouts.MapPost("/{id}/abort", AbortAsync).WithName("AbortRollout").Requires(Permission.Steer, ScopeOf.Rollout).WithSummary("Stops at the next safe points, or kills one zone's step now.");
        rollouts.MapPost("/{id}/limits", LimitAsync).WithName("LimitRollout").Requires(Permission.Steer, ScopeOf.Rollout).WithSummary("Other limits from now on; what runs goes on.");
        rollouts.MapPost("/{id}/answers-in-advance/{fingerprint}/take-back", TakeBackAsync).WithName("TakeBackAnswer").Requires(Permission.Answer, ScopeOf.Rollout).WithSummary("What was answered in advance is asked again from now on; what was answered stays so.");
        rollouts.MapPost("/{id}/waves/{wave}/pause", PauseWaveAsync).WithName("PauseWave").Requires(Permission.Steer, ScopeOf.Rollout).WithSummary("The zones of one wave start nothing, and stand at their next safe points.");
        rollouts.MapPost("/{id}/waves/{wave}/resume", ResumeWaveAsync).WithName("ResumeWave").Requires(Permission.Steer, ScopeOf.Rollout).WithSummary("The zones of one wave go on.");
        rollouts.MapPost("/{id}/zones", AddZoneAsync).WithName("AddZone").Requires(Permission.Steer, ScopeOf.Rollout).WithSummary("One more zone, in a wave that has not begun.");
        rollouts.MapPost("/{id}/zones/{zone}/pause", PauseZoneAsync).WithName("PauseZone").Requires(Permission.Steer, ScopeOf.RolloutZone).WithSummary("One zone starts nothing, and stands at its next safe point; the others go on.");
        rollouts.MapPost("/{id}/zones/{zone}/resume", ResumeZoneAsync).WithName("ResumeZone").Requires(Permission.Steer, ScopeOf.RolloutZone).WithSummary("One zone goes on.");
        rollouts.MapGet("/{id}/zones/{zone}", ShowZoneAsync).WithName("ShowZoneUpgrade").Requires(Permission.Read, ScopeOf.RolloutZone).WithSummary("One zone of a rollout with every step that was tried.");
        rollouts.MapGet("/{id}/zones/{zone}/rollback-sheet", ShowRollbackSheetAsync).WithName("ShowRollbackSheet").Requires(Permission.Read, ScopeOf.RolloutZone).WithSummary("How a person goes back on one zone: verified backups, exact commands, what cannot be undone. Nothing changes by asking, and nothing of it is run by Fleet.");
        rollouts.MapPost("/{id}/zones/{zone}/waive", WaiveAsync).WithName("WaiveWindows").Requires(Permission.Steer, ScopeOf.RolloutZone).WithSummary("A zone may start and run outside of its windows; freezes hold.");
        rollouts.MapPost("/{id}/zones/{zone}/retry", RetryAsync).WithName("RetryZone").Requires(Permission.Steer, ScopeOf.RolloutZone).WithSummary("A zone that ended goes on.");
        rollouts.MapPost("/{id}/zones/{zone}/skip", SkipAsync).WithName("SkipZone").Requires(Permission.Steer, ScopeOf.RolloutZone).WithSummary("A zone that has not started is left out and shown as skipped.");
        rollouts.MapPost("/{id}/zones/{zone}/exclude", ExcludeAsync).WithName("ExcludeZone").Requires(Permission.Steer, ScopeOf.RolloutZone).WithSummary("A zone that has not started is taken out of the rollout.");
    }

    private static async Task<IReadOnlyList<RolloutDocument>> ListAsync(IRollouts rollouts, Sight sight, CancellationToken cancellationToken) =>
        [.. (await Seen.ListAsync(rollouts, await sight.SeenAsync(cancellationToken), cancellationToken)).Select(RolloutDocument.Of)];

    private static async Task<Results<Created<RolloutDocument>, ProblemHttpResult>> StartAsync(StartRequest request, StartReading reading, IRollouts rollouts, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var start = await reading.ReadAsync(request, cancellationToken);
        if (!start.Ok)
            return ApiProblem.Of(start.Kind, [.. start.Problems.Select(ApiError.Of)]);
        var started = await rollouts.StartAsync(start.Value.Start, user.Name(), cancellationToken);
        return started.Ok
            ? TypedResults.Created($"/api/v1/rollouts/{started.Value.Id}", RolloutDocument.Of(started.Value))
            : ApiProblem.Of(started.Kind, [.. started.Problems.Select(ApiError.Of)]);
    }

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> ShowAsync(string id, IRollouts rollouts, Sight sight, CancellationToken cancellationToken)
    {
        var seen = await sight.SeenAsync(cancellationToken);
        return ApiProblem.From(await rollouts.FindAsync(id, cancellationToken), view => RolloutDocument.Of(Seen.Part(view, seen)));
    }

    private static async Task<Results<ServerSentEventsResult<string>, ProblemHttpResult>> EventsAsync(string id, RolloutChanges changes, CancellationToken cancellationToken)
    {
        var found = await changes.FindAsync(id, cancellationToken);
        return found.Ok
            ? TypedResults.ServerSentEvents(changes.FollowAsync(found.Value, cancellationToken))
            : ApiProblem.Of(found.Kind, [.. found.Problems.Select(ApiError.Of)]);
    }

    private static async Task<Results<Ok<TimelineDocument>, ProblemHttpResult>> TimelineAsync(string id, IRollouts rollouts, Sight sight, TimeProvider time, CancellationToken cancellationToken)
    {
        var found = await rollouts.FindAsync(id, cancellationToken);
        if (!found.Ok)
            return ApiProblem.Of(found.Kind, [.. found.Problems.Select(ApiError.Of)]);
        var rollout = Seen.Part(found.Value, await sight.SeenAsync(cancellationToken));
        var zones = new List<Orchestration.ZoneUpgrades.ZoneUpgradeView>();
        foreach (var zone in rollout.Zones)
        {
            if (await rollouts.FindZoneAsync(found.Value.Id.ToString(), zone.Name, cancellationToken) is { Ok: true } detail)
                zones.Add(detail.Value!);
        }

        return TypedResults.Ok(Timeline.Of(rollout, zones, time.GetUtcNow()));
    }

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> ApproveAsync(string id, CommentRequest request, IRollouts rollouts, Sight sight, Refusals refusals, HttpContext http, CancellationToken cancellationToken) =>
        ApiProblem.From(await refusals.OfApprovalAsync(http, await rollouts.ApproveAsync(id, approve: true, request.Comment, sight.Caller.Name, sight.Caller.Rights.Groups, cancellationToken)), RolloutDocument.Of);

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> RejectAsync(string id, CommentRequest request, IRollouts rollouts, Sight sight, Refusals refusals, HttpContext http, CancellationToken cancellationToken) =>
        ApiProblem.From(await refusals.OfApprovalAsync(http, await rollouts.ApproveAsync(id, approve: false, request.Comment, sight.Caller.Name, sight.Caller.Rights.Groups, cancellationToken)), RolloutDocument.Of);

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> PauseAsync(string id, IRollouts rollouts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.PauseAsync(id, user.Name(), cancellationToken), RolloutDocument.Of);

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> ResumeAsync(string id, IRollouts rollouts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.ResumeAsync(id, user.Name(), cancellationToken), RolloutDocument.Of);

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> PauseWaveAsync(string id, string wave, CommentRequest request, IRollouts rollouts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.PauseAsync(id, RolloutPart.OfWave(wave), request.Comment, user.Name(), cancellationToken), RolloutDocument.Of);

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> ResumeWaveAsync(string id, string wave, CommentRequest request, IRollouts rollouts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.ResumeAsync(id, RolloutPart.OfWave(wave), request.Comment, user.Name(), cancellationToken), RolloutDocument.Of);

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> PauseZoneAsync(string id, string zone, CommentRequest request, IRollouts rollouts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.PauseAsync(id, RolloutPart.OfZone(zone), request.Comment, user.Name(), cancellationToken), RolloutDocument.Of);

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> ResumeZoneAsync(string id, string zone, CommentRequest request, IRollouts rollouts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.ResumeAsync(id, RolloutPart.OfZone(zone), request.Comment, user.Name(), cancellationToken), RolloutDocument.Of);

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> AddZoneAsync(string id, AddZoneRequest request, IRollouts rollouts, Sight sight, CancellationToken cancellationToken)
    {
        if (!(await sight.OfAsync(Permission.Steer, cancellationToken)).Has(request.Zone))
        {
            return (await sight.SeenAsync(cancellationToken)).Has(request.Zone)
                ? ApiProblem.Of(StatusCodes.Status403Forbidden, Finding.Of("access-zone-beyond-scope", ("zone", request.Zone), ("identity", sight.Caller.Name)))
                : ZoneEndpoints.NotFound(request.Zone);
        }

        return ApiProblem.From(await rollouts.AddZoneAsync(id, request.Zone, request.Wave, request.Comment, sight.Caller.Name, cancellationToken), RolloutDocument.Of);
    }

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> TakeBackAsync(string id, string fingerprint, CommentRequest request, IRollouts rollouts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.TakeBackAnswerAsync(id, fingerprint, request.Comment, user.Name(), cancellationToken), RolloutDocument.Of);

    private static async Task<Results<Ok<AbortPreviewDocument>, ProblemHttpResult>> PreviewAbortAsync(string id, string? zone, IRollouts rollouts, CancellationToken cancellationToken, bool now = false) =>
        ApiProblem.From(await rollouts.PreviewAbortAsync(id, now, zone, cancellationToken), AbortPreviewDocument.Of);

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> AbortAsync(
        string id, AbortRequest request, IRollouts rollouts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        request is { Now: true, Zone: null }
            ? ApiProblem.Of(StatusCodes.Status400BadRequest, Finding.Of("abort-now-needs-zone"))
            : ApiProblem.From(await rollouts.AbortAsync(id, new AbortRollout(request.Now, request.Zone, request.Comment), user.Name(), cancellationToken), RolloutDocument.Of);

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> LimitAsync(
        string id, LimitRequest request, IRollouts rollouts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.LimitAsync(id, new LimitRollout(request.MaxParallel, request.MaxFailures, request.Comment), user.Name(), cancellationToken), RolloutDocument.Of);

    private static async Task<Results<Ok<ZoneUpgradeDocument>, ProblemHttpResult>> ShowZoneAsync(string id, string zone, IRollouts rollouts, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.FindZoneAsync(id, zone, cancellationToken), ZoneUpgradeDocument.Of);

    private static async Task<Results<Ok<RollbackSheetDocument>, ProblemHttpResult>> ShowRollbackSheetAsync(string id, string zone, IRollouts rollouts, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.RollbackSheetAsync(id, zone, cancellationToken), RollbackSheetDocument.Of);

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> WaiveAsync(
        string id, string zone, WaiveRequest request, IRollouts rollouts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.WaiveAsync(id, zone, request.Reason, user.Name(), cancellationToken), RolloutDocument.Of);

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> RetryAsync(
        string id, string zone, ZoneRequest request, IRollouts rollouts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.RetryAsync(id, zone, request.From, request.Comment, user.Name(), cancellationToken), RolloutDocument.Of);

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> SkipAsync(
        string id, string zone, CommentRequest request, IRollouts rollouts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.SkipAsync(id, zone, request.Comment, user.Name(), cancellationToken), RolloutDocument.Of);

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> ExcludeAsync(
        string id, string zone, CommentRequest request, IRollouts rollouts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.ExcludeAsync(id, zone, request.Comment, user.Name(), cancellationToken), RolloutDocument.Of);
}
