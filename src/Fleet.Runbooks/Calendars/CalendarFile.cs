using NodaTime;

namespace Fleet.Runbooks.Calendars;

/// <summary>When zones may be worked on, as read from a file. Immutable; identified by the digest of the file's bytes.</summary>
public sealed record CalendarFile
{
    /// <summary>Nothing is ever closed.</summary>
    public static CalendarFile Empty { get; } = new() { Digest = "", Windows = [], Freezes = [] };

    /// <summary>Lower-case hex sha-256 of the file.</summary>
    public required string Digest { get; init; }
    public required IReadOnlyList<ChangeWindow> Windows { get; init; }
    public required IReadOnlyList<Freeze> Freezes { get; init; }
}

/// <summary>Zones that match work only within their windows; a zone that no window names works at any time.</summary>
public sealed record ChangeWindow
{
    public required string Name { get; init; }

    /// <summary>1 and up, in the file.</summary>
    public required int Line { get; init; }
    public required int Column { get; init; }

    /// <summary>A selector, as commands take it; null: all.</summary>
    public string? Zones { get; init; }
    public required DateTimeZone TimeZone { get; init; }

    /// <summary>It opens on these days of the week, where <see cref="Dates"/> are not given.</summary>
    public IReadOnlyList<IsoDayOfWeek> Days { get; init; } = [];
    public IReadOnlyList<LocalDate> Dates { get; init; } = [];
    public required LocalTime From { get; init; }

    /// <summary>Not after <see cref="From"/>: on the next day.</summary>
    public required LocalTime To { get; init; }

    /// <summary>It is for these phases only; none: for all.</summary>
    public IReadOnlyList<string> Phases { get; init; } = [];
}

/// <summary>Nothing begins on the zones that match, whoever wants it.</summary>
public sealed record Freeze
{
    public required string Name { get; init; }

    /// <summary>1 and up, in the file.</summary>
    public required int Line { get; init; }
    public required int Column { get; init; }

    /// <summary>A selector, as commands take it; null: all.</summary>
    public string? Zones { get; init; }
    public required Instant From { get; init; }
    public required Instant To { get; init; }
    public string? Reason { get; init; }
}
