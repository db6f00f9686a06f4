using Fleet.Hosting.Bus;
using Fleet.Orchestration;
using Fleet.Server.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fleet.Cli.Serving;

/// <summary>Alive: the process answers. Ready: the store, the bus and what else it needs are there.</summary>
internal static class Health
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/health/live", () => TypedResults.Text("alive\n")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/health/ready", ReadyAsync).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> ReadyAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        if (services.GetService<IOrchestrationHealth>() is { } orchestration)
            problems.AddRange((await orchestration.CheckAsync(cancellationToken)).Select(Told.Sentence));
        var report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancellationToken);
        problems.AddRange(report.Entries.Where(e => e.Value.Status == HealthStatus.Unhealthy).Select(e => $"{e.Key}: {e.Value.Description ?? e.Value.Exception?.Message ?? "not well"}"));
        var dead = problems.Count == 0 && services.GetService<DeadLetters>() is { } letters ? await letters.CountAsync(cancellationToken) : 0;
        return TypedResults.Json(
            new Readiness(problems.Count == 0, problems, dead), ApiJson.Options, statusCode: problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    /// <param name="DeadLetters">Messages that were set aside because they could not be handled.</param>
    private sealed record Readiness(bool Ready, IReadOnlyList<string> Problems, long DeadLetters);
}
