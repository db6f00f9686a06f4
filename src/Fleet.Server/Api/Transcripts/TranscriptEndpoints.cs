using System.Security.Claims;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Transcripts;
using Fleet.Sealing;
using Fleet.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Fleet.Server.Api.Transcripts;

/// <summary>What executions printed, by offset.</summary>
internal static class TranscriptEndpoints
{
    private const int MaxBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(300);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/rollouts/{id}/zones/{zone}/transcripts", ListAsync).WithTags("Transcripts").WithName("ListTranscripts").Requires(Permission.Read, ScopeOf.RolloutZone).WithSummary("The executions of one zone upgrade, in order.");
        api.MapGet("/transcripts/{executionId}", ReadAsync).WithTags("Transcripts").WithName("ReadTranscript").Requires(Permission.Read, ScopeOf.Transcript)
            .WithSummary("Bytes from an offset on; with wait=SECONDS it answers as soon as there are any. Headers: Fleet-Offset, Fleet-Next, Fleet-Cut-Before.")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream");
        api.MapGet("/transcripts/{executionId}/unredacted", ReadUnredactedAsync).WithTags("Transcripts").WithName("ReadUnredactedTranscript").Requires(Permission.ReadRaw, ScopeOf.Transcript)
            .WithSummary("As ReadTranscript, with what is hidden there. Who read it is in the audit.")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream");
    }

    private static async Task<Results<Ok<IReadOnlyList<TranscriptView>>, ProblemHttpResult>> ListAsync(
        string id, string zone, IRollouts rollouts, ITranscripts transcripts, CancellationToken cancellationToken)
    {
        var found = await rollouts.FindZoneAsync(id, zone, cancellationToken);
        return found.Ok
            ? TypedResults.Ok(await transcripts.ListAsync(found.Value.Id, cancellationToken))
            : ApiProblem.Of(found.Kind, [.. found.Problems.Select(ApiError.Of)]);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ReadAsync(
        string executionId, HttpResponse response, ITranscripts transcripts, TimeProvider time, IHostApplicationLifetime lifetime, CancellationToken cancellationToken, long offset = 0, int maxBytes = 256 * 1024, int wait = 0)
    {
        if (await transcripts.FindAsync(executionId, cancellationToken) is null)
            return ApiProblem.Of(StatusCodes.Status404NotFound, Finding.Of("transcript-not-found", ("execution", executionId)));
        if (Wrong(offset, maxBytes, wait) is { Count: > 0 } wrong)
            return ApiProblem.Of(StatusCodes.Status400BadRequest, wrong);
        var since = time.GetTimestamp();
        var slice = await transcripts.ReadAsync(executionId, offset, maxBytes, cancellationToken);
        while (slice.Bytes.IsEmpty && !lifetime.ApplicationStopping.IsCancellationRequested && time.GetElapsedTime(since) < TimeSpan.FromSeconds(wait))
        {
            await Task.Delay(LookAgain, time, cancellationToken);
            slice = await transcripts.ReadAsync(executionId, offset, maxBytes, cancellationToken);
        }

        return Bytes(response, slice, slice.Bytes);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ReadUnredactedAsync(
        string executionId, HttpResponse response, ITranscripts transcripts, TranscriptKeys keys, ClaimsPrincipal user, CancellationToken cancellationToken, long offset = 0, int maxBytes = 256 * 1024)
    {
        if (await transcripts.FindAsync(executionId, cancellationToken) is null)
            return ApiProblem.Of(StatusCodes.Status404NotFound, Finding.Of("transcript-not-found", ("execution", executionId)));
        if (Wrong(offset, maxBytes, wait: 0) is { Count: > 0 } wrong)
            return ApiProblem.Of(StatusCodes.Status400BadRequest, wrong);
        var read = await transcripts.ReadSealedAsync(executionId, offset, maxBytes, user.Name(), cancellationToken);
        response.Headers.CacheControl = "no-store";
        return Unsealing.Open(keys, executionId, read, out var bytes) is { } problem ? ApiProblem.Of(StatusCodes.Status409Conflict, problem) : Bytes(response, read.Slice, bytes);
    }

    private static FileContentHttpResult Bytes(HttpResponse response, TranscriptSlice slice, ReadOnlyMemory<byte> bytes)
    {
        response.Headers["Fleet-Offset"] = slice.Offset.ToString();
        response.Headers["Fleet-Next"] = slice.Next.ToString();
        response.Headers["Fleet-Cut-Before"] = slice.CutBefore.ToString();
        return TypedResults.Bytes(bytes, "application/octet-stream");
    }

    private static IReadOnlyList<ApiError> Wrong(long offset, int maxBytes, int wait)
    {
        var wrong = new List<Finding>();
        if (offset < 0)
            wrong.Add(Finding.Of("request-bad-value", ("name", "offset"), ("value", offset.ToString()), ("allowed", "0 and up")));
        if (maxBytes is < 1 or > MaxBytes)
            wrong.Add(Finding.Of("request-bad-value", ("name", "maxBytes"), ("value", maxBytes.ToString()), ("allowed", $"1 to {MaxBytes}")));
        if (wait is < 0 or > 30)
            wrong.Add(Finding.Of("request-bad-value", ("name", "wait"), ("value", wait.ToString()), ("allowed", "0 to 30")));
        return [.. wrong.Select(ApiError.Of)];
    }
}
