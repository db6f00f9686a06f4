using System.Text;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Reports;
using Fleet.Runbooks.Texts;
using Fleet.Server.Access;
using Fleet.Server.Api.Reports.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Fleet.Server.Api.Reports;

internal static class ReportEndpoints
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/rollouts/{id}/report", ReadAsync).WithTags("Rollouts").WithName("ReportRollout").Requires(Permission.Read, ScopeOf.Report)
        .WithSummary("What became of a rollout, for its team or, of one zone alone, for its customer; as a document, Markdown or one HTML file.")
        .Produces<ReportDocument>(StatusCodes.Status200OK, "application/json", "text/markdown", "text/html");

    /// <param name="format"><c>json</c>, <c>md</c> or <c>html</c>.</param>
    /// <param name="audience"><c>team</c>, or <c>customer</c> with a zone.</param>
    /// <param name="timeZone">An IANA time zone; null: UTC, or for a customer that of the zone's windows.</param>
    private static async Task<IResult> ReadAsync(
        string id, IReports reports, HttpContext http, CancellationToken cancellationToken, string format = "json", string? zone = null, string audience = "team", string? timeZone = null)
    {
        if (Problems(format, zone, audience, timeZone) is { Count: > 0 } problems)
            return ApiProblem.Of(StatusCodes.Status400BadRequest, [.. problems.Select(ApiError.Of)]);
        var read = await reports.ReadAsync(id, cancellationToken);
        if (!read.Ok)
            return ApiProblem.Of(read.Kind, [.. read.Problems.Select(ApiError.Of)]);
        var material = read.Value;
        var one = material.Zones.FirstOrDefault(z => z.Zone.Name == zone);
        if (zone is not null && one is null)
            return ApiProblem.Of(StatusCodes.Status404NotFound, Finding.Of("zone-not-in-rollout", ("zone", zone), ("rollout", material.Rollout.Name)));

        var customer = audience == "customer";
        var times = DateTimeZoneProviders.Tzdb[timeZone ?? (customer ? one!.Windows.Select(w => w.TimeZone.Id).FirstOrDefault() : null) ?? "UTC"];
        var report = ReportMaker.Make(material, times.Id, zone);
        var words = new ReportWords(Language.Current, times);
        if (!customer)
            return format == "json" ? TypedResults.Ok(report) : Written(http, TeamPage.Of(report, words), format);
        var told = CustomerReportMaker.Make(report, report.Zones.Single(), one!.Undisclosed);
        return format == "json" ? TypedResults.Ok(told) : Written(http, CustomerPage.Of(told, words), format);
    }

    private static IResult Written(HttpContext http, Page page, string format)
    {
        if (format == "md")
            return TypedResults.Text(MarkdownWriter.Write(page), "text/markdown", Encoding.UTF8);
        http.Response.Headers.ContentSecurityPolicy = $"{HtmlWriter.Policy}; frame-ancestors 'none'";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Text(HtmlWriter.Write(page), "text/html", Encoding.UTF8);
    }

    private static List<Finding> Problems(string format, string? zone, string audience, string? timeZone)
    {
        var problems = new List<Finding>();
        OneOf("format", format, "json", "md", "html");
        OneOf("audience", audience, "team", "customer");
        if (audience == "customer" && zone is null)
            problems.Add(Finding.Of("report-customer-without-zone"));
        if (timeZone is not null && DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone) is null)
            problems.Add(Finding.Of("calendar-time-zone", ("value", timeZone)));
        return problems;

        void OneOf(string name, string value, params string[] allowed)
        {
            if (!allowed.Contains(value))
                problems.Add(Finding.Of("request-bad-value", ("name", name), ("value", value), ("allowed", string.Join(", ", allowed))));
        }
    }
}
