using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Zones;
using Fleet.Runbooks.Calendars;
using Fleet.Runbooks.Loading;
using NodaTime;

namespace Fleet.Orchestration.Calendars;

/// <summary>Whether a zone may be worked on now. Pure.</summary>
internal static class CalendarRules
{
    public const string TooShortCode = "window-too-short";

    /// <summary>The windows and freezes of one zone.</summary>
    public static Openings Of(CalendarFile calendar, InventoryZone zone) =>
        calendar.Windows.Count == 0 && calendar.Freezes.Count == 0
            ? Openings.Always
            : new Openings([.. calendar.Windows.Where(w => Matches(w.Zones, zone))], [.. calendar.Freezes.Where(f => Matches(f.Zones, zone))]);

    /// <summary>Why nothing may be begun there now; null: it may.</summary>
    /// <param name="waived">A person has waived the zone's windows; nobody waives a freeze.</param>
    public static Finding? Closed(Openings openings, string phase, bool waived, DateTimeOffset now)
    {
        var at = Instant.FromDateTimeOffset(now);
        if (openings.FreezeAt(at) is { } freeze)
            return Finding.Of("frozen", ("freeze", freeze.Name), ("until", Moment(freeze.To)), ("reason", freeze.Reason ?? "no reason is given"));
        return waived || openings.IsInWindow(phase, at) ? null : Finding.Of("window-closed", ("phase", phase));
    }

    /// <summary>Why a phase may not be begun now although its window is open: nine of ten such upgrades took longer for it than is left. Null: it may, or nothing is known of such upgrades.</summary>
    public static Finding? TooShort(Openings openings, string phase, RolloutZone? zone, DateTimeOffset now)
    {
        if (zone is null or { Waiver: not null } || zone.ExpectedPhases.GetValueOrDefault(phase) is not { Ticks: > 0 } expected)
            return null;
        var at = Instant.FromDateTimeOffset(now);
        return openings.OpenUntil(phase, at) is { } closes && at + Duration.FromTimeSpan(expected) > closes
            ? Finding.Of(TooShortCode, ("phase", phase), ("expected", DurationText.Format(expected)), ("closes", Moment(closes)))
            : null;
    }

    /// <summary>How long it stays open; null: nothing closes it.</summary>
    public static TimeSpan? Left(Openings openings, string phase, DateTimeOffset now)
    {
        var at = Instant.FromDateTimeOffset(now);
        return openings.IsOpen(phase, at) ? (openings.OpenUntil(phase, at) - at)?.ToTimeSpan() : TimeSpan.Zero;
    }

    /// <summary>What a whole upgrade must fit into: windows for single phases say nothing of it.</summary>
    public static Openings ForWhole(Openings openings) => openings with { Windows = [.. openings.Windows.Where(w => w.Phases.Count == 0)] };

    /// <summary>Selectors that cannot be read, each with its place.</summary>
    public static IReadOnlyList<Finding> Problems(CalendarFile calendar) =>
    [
        .. calendar.Windows.Select(w => (w.Zones, w.Line, w.Column)).Concat(calendar.Freezes.Select(f => (f.Zones, f.Line, f.Column)))
            .Where(s => s.Zones is not null && !ZoneSelector.Parse(s.Zones).Ok)
            .Select(s => Finding.Of("calendar-bad-selector", ("value", s.Zones!), ("line", $"{s.Line}"), ("column", $"{s.Column}"))),
    ];

    public static string Moment(Instant at) => at.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture);

    private static bool Matches(string? selector, InventoryZone zone) => selector is null || ZoneSelector.Parse(selector) is { Ok: true } parsed && parsed.Value!.Matches(zone);
}
