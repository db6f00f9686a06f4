using System.Text.Json;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Rollouts;
using Microsoft.AspNetCore.Http;

namespace Fleet.Server.Api.Records;

/// <summary>The audit as JSON lines, as long as it is, a page in memory at a time.</summary>
internal static class AuditExport
{
    private static readonly byte[] LineFeed = "\n"u8.ToArray();

    public static async Task<IResult> ReadAsync(DateTimeOffset? since, string? rollout, long? after, IAudit audit, IRollouts rollouts, CancellationToken cancellationToken)
    {
        Guid? id = null;
        if (rollout is not null)
        {
            var found = await rollouts.FindAsync(rollout, cancellationToken);
            if (!found.Ok)
                return ApiProblem.Of(found.Kind, [.. found.Problems.Select(ApiError.Of)]);
            id = found.Value.Id;
        }

        var entries = audit.ExportAsync(new AuditFilter { Since = since, RolloutId = id, After = after }, cancellationToken);
        return TypedResults.Stream(body => WriteAsync(body, entries, cancellationToken), "application/jsonl");
    }

    private static async Task WriteAsync(Stream body, IAsyncEnumerable<AuditView> entries, CancellationToken cancellationToken)
    {
        await foreach (var entry in entries.WithCancellation(cancellationToken))
        {
            await JsonSerializer.SerializeAsync(body, AuditLine.Of(entry), ApiJson.Options, cancellationToken);
            await body.WriteAsync(LineFeed, cancellationToken);
        }
    }
}
