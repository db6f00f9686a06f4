using System.Security.Claims;
using Fleet.Orchestration.Calendars;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Zones;
using Fleet.Server.Access;
using Fleet.Server.Api.Zones;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Server.Api.Calendars;

internal static class CalendarEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var calendar = api.MapGroup("/calendar").WithTags("Calendar");
        calendar.MapGet("", ShowAsync).WithName("ShowCalendar").Requires(Permission.Read).WithSummary("The windows and freezes that hold, as their file.");
        calendar.MapPut("", SetAsync).WithName("SetCalendar").Requires(Permission.Manage, ScopeOf.Everything).WithSummary("Windows and freezes from now on, for what runs too; an empty text takes them away.");
        calendar.MapGet("/zones", LookAsync).WithName("LookAtCalendar").Requires(Permission.Read, ScopeOf.Request).WithSummary("Whether zones are open at a moment, and until when or from when.");
    }

    private static async Task<CalendarDocument> ShowAsync(ICalendars calendars, CancellationToken cancellationToken) => CalendarDocument.Of(await calendars.FindAsync(cancellationToken));

    private static async Task<Results<Ok<CalendarDocument>, ProblemHttpResult>> SetAsync(CalendarRequest request, ICalendars calendars, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ApiProblem.From(await calendars.SetAsync(request.Text, user.Name(), cancellationToken), CalendarDocument.Of);

    private static async Task<Results<Ok<IReadOnlyList<ZoneOpeningDocument>>, ProblemHttpResult>> LookAsync(
        ICalendars calendars, IZones zones, Sight sight, TimeProvider time, CancellationToken cancellationToken, string selector = "all", string? phase = null, DateTimeOffset? at = null)
    {
        var selected = await ZoneSelection.SelectAsync(zones, selector, await sight.SeenAsync(cancellationToken), cancellationToken);
        if (!selected.Ok)
            return ApiProblem.Of(selected.Kind, [.. selected.Problems.Select(ApiError.Of)]);
        var looked = await calendars.LookAsync([.. selected.Value.Select(z => z.Zone.Name)], phase, at ?? time.GetUtcNow(), cancellationToken);
        return TypedResults.Ok<IReadOnlyList<ZoneOpeningDocument>>([.. looked.Select(ZoneOpeningDocument.Of)]);
    }
}
