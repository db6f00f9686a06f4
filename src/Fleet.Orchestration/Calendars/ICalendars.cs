using Fleet.Contracts.Decisions;

namespace Fleet.Orchestration.Calendars;

/// <summary>When zones may be worked on. There is one calendar; without one they may at any time.</summary>
public interface ICalendars
{
    /// <summary>Null: none was set.</summary>
    Task<CalendarView?> FindAsync(CancellationToken cancellationToken);

    /// <summary>Takes the place of the one before, from now on and for what runs too.</summary>
    /// <param name="text">The file's; empty: none from now on.</param>
    Task<Result<CalendarView>> SetAsync(string text, string actor, CancellationToken cancellationToken);

    /// <summary>How it stands with each zone at a moment.</summary>
    /// <param name="phase">Null: what an upgrade begins with.</param>
    Task<IReadOnlyList<ZoneOpening>> LookAsync(IReadOnlyList<string> zones, string? phase, DateTimeOffset at, CancellationToken cancellationToken);
}

/// <param name="Text">As it was given.</param>
public sealed record CalendarView(string Text, string Digest, DateTimeOffset SetAt, string SetBy);

/// <param name="Closed">Why it is closed; null: it is open.</param>
/// <param name="OpenUntil">While it is open: when it closes; null: nothing closes it.</param>
/// <param name="OpensAt">While it is closed: when it opens; null: not within 400 days.</param>
public sealed record ZoneOpening(string Zone, Finding? Closed, DateTimeOffset? OpenUntil, DateTimeOffset? OpensAt);
