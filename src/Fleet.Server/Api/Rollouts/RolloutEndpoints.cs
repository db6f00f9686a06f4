using System.Security.Claims;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration;
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
        rollouts.MapGet("", ListAsync).WithName("ListRollouts").WithSummary("Rollouts, newest first, without their zones.");
        rollouts.MapPost("", StartAsync).WithName("StartRollout").WithSummary("Starts upgrading zones to a package.").RequireAuthorization(Policies.Change);
        rollouts.MapGet("/{id}", ShowAsync).WithName("ShowRollout").WithSummary("One rollout with its zones, by id, name or an unambiguous beginning of either.");
        rollouts.MapGet("/{id}/events", EventsAsync).WithName("WatchRollout").WithSummary("Changes as server-sent events: rollout, zone, end.");
        rollouts.MapGet("/{id}/timeline", TimelineAsync).WithName("ShowTimeline").WithSummary("How long each phase took on each zone.");
        rollouts.MapPost("/{id}/approve", ApproveAsync).WithName("ApproveRollout").WithSummary("One person's approval of a rollout that waits for it; with enough of them it begins.").RequireAuthorization(Policies.Change);
        rollouts.MapPost("/{id}/reject", RejectAsync).WithName("RejectRollout").WithSummary("Ends a rollout that waits for approval; wants a comment.").RequireAuthorization(Policies.Change);
        rollouts.MapPost("/{id}/pause", PauseAsync).WithName("PauseRollout").WithSummary("Starts nothing more; what runs stops at its next safe point.").RequireAuthorization(Policies.Change);
        rollouts.MapPost("/{id}/resume", ResumeAsync).WithName("ResumeRollout").WithSummary("Goes on.").RequireAuthorization(Policies.Change);
        rollouts.MapGet("/{id}/abort-preview", PreviewAbortAsync).WithName("PreviewAbort").WithSummary("What an abort would make of each zone, its guards and its questions, as of now; nothing changes by asking.");
        rollouts.MapPost("/{id}/abort", AbortAsync).WithName("AbortRollout").WithSummary("Stops at the next safe points, or kills one zone's step now.").RequireAuthorization(Policies.Change);
        rollouts.MapPost("/{id}/limits", LimitAsync).WithName("LimitRollout").WithSummary("Other limits from now on; what runs goes on.").RequireAuthorization(Policies.Change);
        rollouts.MapPost("/{id}/answers-in-advance/{fingerprint}/take-back", TakeBackAsync).WithName("TakeBackAnswer").WithSummary("What was answered in advance is asked again from now on; what was answered stays so.").RequireAuthorization(Policies.Change);
        rollouts.MapPost("/{id}/waves/{wave}/pause", PauseWaveAsync).WithName("PauseWave").WithSummary("The zones of one wave start nothing, and stand at their next safe points.").RequireAuthorization(Policies.Change);
        rollouts.MapPost("/{id}/waves/{wave}/resume", ResumeWaveAsync).WithName("ResumeWave").WithSummary("The zones of one wave go on.").RequireAuthorization(Policies.Change);
        rollouts.MapPost("/{id}/zones", AddZoneAsync).WithName("AddZone").WithSummary("One more zone, in a wave that has not begun.").RequireAuthorization(Policies.Change);
        rollouts.MapPost("/{id}/zones/{zone}/pause", PauseZoneAsync).WithName("PauseZone").WithSummary("One zone starts nothing, and stands at its next safe point; the others go on.").RequireAuthorization(Policies.Change);
        rollouts.MapPost("/{id}/zones/{zone}/resume", ResumeZoneAsync).WithName("ResumeZone").WithSummary("One zone goes on.").RequireAuthorization(Policies.Change);
        rollouts.MapGet("/{id}/zones/{zone}", ShowZoneAsync).WithName("ShowZoneUpgrade").WithSummary("One zone of a rollout with every step that was tried.");
        rollouts.MapGet("/{id}/zones/{zone}/rollback-sheet", ShowRollbackSheetAsync).WithName("ShowRollbackSheet").WithSummary("How a person goes back on one zone: verified backups, exact commands, what cannot be undone. Nothing changes by asking, and nothing of it is run by Fleet.");
        rollouts.MapPost("/{id}/zones/{zone}/waive", WaiveAsync).WithName("WaiveWindows").WithSummary("A zone may start and run outside of its windows; freezes hold.").RequireAuthorization(Policies.Change);
        rollouts.MapPost("/{id}/zones/{zone}/retry", RetryAsync).WithName("RetryZone").WithSummary("A zone that ended goes on.").RequireAuthorization(Policies.Change);
        rollouts.MapPost("/{id}/zones/{zone}/skip", SkipAsync).WithName("SkipZone").WithSummary("A zone that has not started is left out and shown as skipped.").RequireAuthorization(Policies.Change);
        rollouts.MapPost("/{id}/zones/{zone}/exclude", ExcludeAsync).WithName("ExcludeZone").WithSummary("A zone that has not started is taken out of the rollout.").RequireAuthorization(Policies.Change);
    }

    private static async Task<IReadOnlyList<RolloutDocument>> ListAsync(IRollouts rollouts, CancellationToken cancellationToken) =>
        [.. (await rollouts.ListAsync(cancellationToken)).Select(RolloutDocument.Of)];

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

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> ShowAsync(string id, IRollouts rollouts, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.FindAsync(id, cancellationToken), RolloutDocument.Of);

    private static async Task<Results<ServerSentEventsResult<string>, ProblemHttpResult>> EventsAsync(string id, RolloutChanges changes, CancellationToken cancellationToken)
    {
        var found = await changes.FindAsync(id, cancellationToken);
        return found.Ok
            ? TypedResults.ServerSentEvents(changes.FollowAsync(found.Value, cancellationToken))
            : ApiProblem.Of(found.Kind, [.. found.Problems.Select(ApiError.Of)]);
    }

    private static async Task<Results<Ok<TimelineDocument>, ProblemHttpResult>> TimelineAsync(string id, IRollouts rollouts, TimeProvider time, CancellationToken cancellationToken)
    {
        var found = await rollouts.FindAsync(id, cancellationToken);
        if (!found.Ok)
            return ApiProblem.Of(found.Kind, [.. found.Problems.Select(ApiError.Of)]);
        var zones = new List<Orchestration.ZoneUpgrades.ZoneUpgradeView>();
        foreach (var zone in found.Value.Zones)
        {
            if (await rollouts.FindZoneAsync(found.Value.Id.ToString(), zone.Name, cancellationToken) is { Ok: true } detail)
                zones.Add(detail.Value!);
        }

        return TypedResults.Ok(Timeline.Of(found.Value, zones, time.GetUtcNow()));
    }

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> ApproveAsync(string id, CommentRequest request, IRollouts rollouts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.ApproveAsync(id, approve: true, request.Comment, user.Name(), cancellationToken), RolloutDocument.Of);

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> RejectAsync(string id, CommentRequest request, IRollouts rollouts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.ApproveAsync(id, approve: false, request.Comment, user.Name(), cancellationToken), RolloutDocument.Of);

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

    private static async Task<Results<Ok<RolloutDocument>, ProblemHttpResult>> AddZoneAsync(string id, AddZoneRequest request, IRollouts rollouts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await rollouts.AddZoneAsync(id, request.Zone, request.Wave, request.Comment, user.Name(), cancellationToken), RolloutDocument.Of);

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
