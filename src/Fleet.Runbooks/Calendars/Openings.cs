using NodaTime;

namespace Fleet.Runbooks.Calendars;

/// <summary>When one zone may be worked on, by the windows and freezes that are its own. Pure; moments between which the clock was turned are taken leniently.</summary>
/// <param name="Windows">Those that match the zone.</param>
/// <param name="Freezes">Those that match the zone.</param>
public sealed record Openings(IReadOnlyList<ChangeWindow> Windows, IReadOnlyList<Freeze> Freezes)
{
    /// <summary>Further nobody looks: what does not open within it never opens.</summary>
    public static Duration Horizon { get; } = Duration.FromDays(400);

    public static Openings Always { get; } = new([], []);

    /// <summary>The freeze that holds at that moment; null: none.</summary>
    public Freeze? FreezeAt(Instant at) => Freezes.Where(f => f.From <= at && at < f.To).MaxBy(f => f.To);

    /// <summary>Whether a phase may be worked on at that moment, freezes apart.</summary>
    public bool IsInWindow(string phase, Instant at)
    {
        var own = Of(phase);
        return own.Count == 0 || own.Any(w => EndAt(w, at) is not null);
    }

    public bool IsOpen(string phase, Instant at) => FreezeAt(at) is null && IsInWindow(phase, at);

    /// <summary>Until when it stays open from a moment at which it is; null: nothing closes it within <see cref="Horizon"/>.</summary>
    public Instant? OpenUntil(string phase, Instant from)
    {
        var own = Of(phase);
        Instant? end = null;
        if (own.Count > 0)
        {
            // Windows that meet or overlap are one.
            var at = from;
            while (at < from + Horizon && own.Select(w => EndAt(w, at)).Max() is { } later)
                at = later;
            end = at < from + Horizon ? at : null;
        }

        var freeze = Freezes.Where(f => f.From > from && f.From < from + Horizon).Select(f => (Instant?)f.From).Min();
        return (end, freeze) switch
        {
            ({ } e, { } f) => Instant.Min(e, f),
            _ => end ?? freeze,
        };
    }

    /// <summary>When it opens next, from a moment at which it is closed; null: not within <see cref="Horizon"/>.</summary>
    public Instant? OpensAt(string phase, Instant from)
    {
        var own = Of(phase);
        var starts = own.SelectMany(w => StartsAfter(w, from)).Concat(Freezes.Select(f => f.To)).Where(s => s > from && s < from + Horizon).Distinct().Order();
        foreach (var start in starts)
        {
            if (IsOpen(phase, start))
                return start;
        }

        return null;
    }

    private List<ChangeWindow> Of(string phase) => [.. Windows.Where(w => w.Phases.Count == 0 || w.Phases.Contains(phase))];

    /// <summary>When the window that is open at that moment ends; null: it is not open.</summary>
    private static Instant? EndAt(ChangeWindow window, Instant at)
    {
        var today = at.InZone(window.TimeZone).Date;
        // One that began yesterday may reach into today.
        foreach (var date in (ReadOnlySpan<LocalDate>)[today.PlusDays(-1), today])
        {
            if (IsOn(window, date) && Bounds(window, date) is var (start, end) && start <= at && at < end)
                return end;
        }

        return null;
    }

    private static IEnumerable<Instant> StartsAfter(ChangeWindow window, Instant from)
    {
        var first = from.InZone(window.TimeZone).Date;
        return Enumerable.Range(0, (int)Horizon.TotalDays).Select(first.PlusDays).Where(d => IsOn(window, d)).Select(d => Bounds(window, d).Start);
    }

    private static bool IsOn(ChangeWindow window, LocalDate date) => window.Dates.Count > 0 ? window.Dates.Contains(date) : window.Days.Contains(date.DayOfWeek);

    private static (Instant Start, Instant End) Bounds(ChangeWindow window, LocalDate date) => (
        window.TimeZone.AtLeniently(date + window.From).ToInstant(),
        window.TimeZone.AtLeniently((window.To > window.From ? date : date.PlusDays(1)) + window.To).ToInstant());
}
