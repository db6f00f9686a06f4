using System.Collections.Concurrent;
using Fleet.Orchestration.Store;
using Fleet.Runbooks.Calendars;

namespace Fleet.Orchestration.Calendars;

/// <summary>The calendar as it is in a transaction; parsed once.</summary>
internal static class CalendarStore
{
    public const int Id = 1;
    private static readonly ConcurrentDictionary<string, CalendarFile> Parsed = new();

    public static async Task<CalendarFile> ReadAsync(FleetDbContext db, CancellationToken cancellationToken)
    {
        if (await db.Calendars.FindAsync([Id], cancellationToken) is not { Text.Length: > 0 } row)
            return CalendarFile.Empty;
        return Parsed.TryGetValue(row.Digest, out var known) ? known : Parsed[row.Digest] = CalendarLoader.Load(row.Text).Calendar ?? throw new InvalidOperationException("The calendar in the store cannot be read.");
    }
}
