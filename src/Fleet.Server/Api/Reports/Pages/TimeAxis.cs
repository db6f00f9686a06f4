using NodaTime;

namespace Fleet.Server.Api.Reports.Pages;

/// <summary>Where a time axis has its ticks. Pure.</summary>
public static class TimeAxis
{
    private const int Most = 12;

    /// <summary>In minutes: steps that people count in.</summary>
    private static readonly int[] Steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 20160, 40320];

    /// <summary>At most thirteen moments at round times of day there; a clock that is turned in between moves them by less than a step.</summary>
    public static IReadOnlyList<Instant> Ticks(DateTimeOffset from, DateTimeOffset to, DateTimeZone zone)
    {
        var (first, last) = (Instant.FromDateTimeOffset(from), Instant.FromDateTimeOffset(to));
        var length = (last - first).TotalMinutes;
        var step = Steps.Cast<int?>().FirstOrDefault(s => length / s!.Value <= Most) ?? (int)Math.Ceiling(length / Most / 1440) * 1440;
        var midnight = zone.AtStartOfDay(first.InZone(zone).Date).ToInstant();
        var ticks = new List<Instant>();
        for (var at = midnight + Duration.FromMinutes(Math.Ceiling((first - midnight).TotalMinutes / step) * step); at <= last; at += Duration.FromMinutes(step))
            ticks.Add(at);
        return ticks;
    }
}
