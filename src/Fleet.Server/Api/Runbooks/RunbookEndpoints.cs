using System.Security.Claims;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.RunbookFiles;
using Fleet.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Server.Api.Runbooks;

internal static class RunbookEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var runbooks = api.MapGroup("/runbooks").WithTags("Runbooks");
        runbooks.MapGet("", ListAsync).WithName("ListRunbooks").Requires(Permission.Read).WithSummary("Runbook files, every version.");
        runbooks.MapGet("/{id}", ShowAsync).WithName("ShowRunbook").Requires(Permission.Read).WithSummary("One runbook file, by name (the newest) or digest.");
        runbooks.MapGet("/{id}/content", ContentAsync).WithName("ExportRunbook").Requires(Permission.Read).WithSummary("The file itself.");
        runbooks.MapPost("", AddAsync).WithName("AddRunbook").Requires(Permission.Manage, ScopeOf.Everything).WithSummary("Takes a runbook file, or refuses with every error.").Accepts<string>("application/yaml", "text/yaml", "application/x-yaml", "text/plain");
    }

    /// <summary>What workers fetch.</summary>
    public static void MapContent(RouteGroupBuilder fetch)
    {
        fetch.MapGet("/runbooks/by-digest/{digest}", ByDigestAsync).WithName("FetchRunbook").Requires(Permission.Fetch).WithTags("Runbooks").WithSummary("The runbook's bytes.");
        fetch.MapGet("/runbooks/by-digest/{digest}/signature", SignatureAsync).WithName("FetchRunbookSignature").Requires(Permission.Fetch).WithTags("Runbooks").WithSummary("The runbook's signature, armored.");
    }

    private static async Task<IReadOnlyList<RunbookDocument>> ListAsync(IRunbookFiles runbooks, CancellationToken cancellationToken) =>
        [.. (await runbooks.ListAsync(cancellationToken)).Select(RunbookDocument.Of)];

    private static async Task<Results<Ok<RunbookDocument>, ProblemHttpResult>> ShowAsync(string id, IRunbookFiles runbooks, CancellationToken cancellationToken)
    {
        var found = await runbooks.FindAsync(id, cancellationToken);
        if (!found.Ok)
            return ApiProblem.Of(found.Kind, [.. found.Problems.Select(ApiError.Of)]);
        return await runbooks.ContentAsync(found.Value.Digest, cancellationToken) is { } content
            ? TypedResults.Ok(RunbookDocument.Of(found.Value, content))
            : TypedResults.Ok(RunbookDocument.Of(found.Value));
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ContentAsync(string id, IRunbookFiles runbooks, CancellationToken cancellationToken)
    {
        var found = await runbooks.FindAsync(id, cancellationToken);
        return found.Ok ? await BytesAsync(found.Value.Digest, runbooks, cancellationToken) : ApiProblem.Of(found.Kind, [.. found.Problems.Select(ApiError.Of)]);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ByDigestAsync(string digest, IRunbookFiles runbooks, CancellationToken cancellationToken) =>
        await BytesAsync(digest, runbooks, cancellationToken);

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> BytesAsync(string digest, IRunbookFiles runbooks, CancellationToken cancellationToken) =>
        await runbooks.ContentAsync(digest, cancellationToken) is { } content
            ? TypedResults.Bytes(content, "application/yaml")
            : ApiProblem.Of(StatusCodes.Status404NotFound, Contracts.Decisions.Finding.Of("runbook-not-stored", ("digest", digest)));

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> SignatureAsync(string digest, IRunbookFiles runbooks, CancellationToken cancellationToken) =>
        await runbooks.SignatureAsync(digest, cancellationToken) is { } signature
            ? TypedResults.Text(signature, "text/plain")
            : ApiProblem.Of(StatusCodes.Status404NotFound, Contracts.Decisions.Finding.Of("signature-not-stored", ("digest", digest)));

    private static async Task<Results<Ok<RunbookDocument>, ProblemHttpResult>> AddAsync(
        HttpRequest request, [FromHeader(Name = SignatureHeader.Name)] string? signature, IRunbookFiles runbooks, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await request.Body.CopyToAsync(content, cancellationToken);
        var signed = signature is null ? null : RunbookSignature.Check(signature, content.ToArray());
        if (signed is { Ok: false })
            return ApiProblem.Of(signed.Kind, [.. signed.Problems.Select(ApiError.Of)]);
        return ApiProblem.From(await runbooks.AddAsync(content.ToArray(), signed?.Value, user.Name(), cancellationToken), RunbookDocument.Of);
    }
}
