using System.Text.Json.Serialization;
using Fleet.Orchestration.Calendars;

namespace Fleet.Server.Api.Calendars;

/// <param name="Text">The file; empty: none is set, and zones are open at any time.</param>
public sealed record CalendarDocument(string Text, string? Digest, DateTimeOffset? SetAt, string? SetBy)
{
    public static CalendarDocument Of(CalendarView? view) => view is null || view.Text.Length == 0 ? new("", null, view?.SetAt, view?.SetBy) : new(view.Text, view.Digest, view.SetAt, view.SetBy);
}

/// <param name="Text">A calendar file; empty: none from now on.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CalendarRequest(string Text);

/// <param name="Closed">Why it is closed; null: it is open.</param>
/// <param name="OpenUntil">While it is open: when it closes; null: nothing closes it.</param>
/// <param name="OpensAt">While it is closed: when it opens; null: not within 400 days.</param>
public sealed record ZoneOpeningDocument(string Zone, Told? Closed, DateTimeOffset? OpenUntil, DateTimeOffset? OpensAt)
{
    public static ZoneOpeningDocument Of(ZoneOpening opening) => new(opening.Zone, opening.Closed is null ? null : Told.Of(opening.Closed), opening.OpenUntil, opening.OpensAt);
}
