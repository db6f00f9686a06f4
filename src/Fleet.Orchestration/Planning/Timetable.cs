using Fleet.Runbooks.Calendars;
using NodaTime;

namespace Fleet.Orchestration.Planning;

/// <summary>When zones with the same windows and freezes may be worked on, remembered, because a forecast asks for the same nights again and again. Not thread safe.</summary>
internal sealed class Timetable(Openings openings)
{
    /// <summary>So many openings are looked at; what does not fit into one of them never fits.</summary>
    private const int MostOpenings = 60;
    private readonly Dictionary<string, List<Opening>> _known = [];

    public Openings Openings { get; } = openings;

    /// <summary>The first opening for a phase, from a moment on, that has room for so long; it begins at that moment where it is open then. Null: there is none.</summary>
    public Opening? Next(string phase, DateTimeOffset from, TimeSpan? room = null)
    {
        if (!_known.TryGetValue(phase, out var known))
            _known[phase] = known = [];
        for (var i = 0; i < MostOpenings; i++)
        {
            if (Find(known, phase, from) is not { } opening)
                return null;
            var at = Max(opening.From, from);
            if (opening.To is null || room is null || opening.To - at >= room)
                return opening with { From = at };
            from = opening.To.Value;
        }

        return null;
    }

    /// <summary>When work that is begun at a moment is through, where it is done only while the phase is open; null: never.</summary>
    public DateTimeOffset? Through(string phase, DateTimeOffset from, TimeSpan work)
    {
        for (var i = 0; i < MostOpenings; i++)
        {
            if (Next(phase, from) is not { } opening)
                return null;
            if (opening.To is not { } to || opening.From + work <= to)
                return opening.From + work;
            work -= to - opening.From;
            from = to;
        }

        return null;
    }

    private Opening? Find(List<Opening> known, string phase, DateTimeOffset from)
    {
        if (known.FirstOrDefault(o => o.Covers <= from && (o.To is null || from < o.To)) is { } found)
            return found;
        var at = Instant.FromDateTimeOffset(from);
        var begins = Openings.IsOpen(phase, at) ? at : Openings.OpensAt(phase, at);
        if (begins is not { } begin)
            return null;
        var opening = new Opening(begin.ToDateTimeOffset(), Openings.OpenUntil(phase, begin)?.ToDateTimeOffset()) { Covers = from };
        known.Add(opening);
        return opening;
    }

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}

/// <param name="To">Null: nothing closes it.</param>
internal sealed record Opening(DateTimeOffset From, DateTimeOffset? To)
{
    /// <summary>From here on it is the next one.</summary>
    public DateTimeOffset Covers { get; init; }
}
