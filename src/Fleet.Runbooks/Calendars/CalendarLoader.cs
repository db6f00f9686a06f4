using Fleet.Runbooks.Loading;
using NodaTime;
using NodaTime.Text;

namespace Fleet.Runbooks.Calendars;

/// <param name="Calendar">Null when anything is wrong.</param>
/// <param name="Problems">All that is wrong, in the order of the file.</param>
public sealed record CalendarLoadResult(CalendarFile? Calendar, IReadOnlyList<LoadProblem> Problems);

/// <summary>Reads and checks a calendar file. Pure.</summary>
public static class CalendarLoader
{
    private static readonly LocalTimePattern Time = LocalTimePattern.CreateWithInvariantCulture("HH:mm");
    private static readonly LocalDateTimePattern Moment = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm");

    /// <summary>All that is wrong is told at once.</summary>
    public static CalendarLoadResult Load(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var problems = new LoadProblems();
        var calendar = NodeReader.Read(text, file: null, problems) is { } root ? Read(root, RunbookLoader.DigestOf(text), problems) : null;
        return new CalendarLoadResult(problems.Any ? null : calendar, problems.InOrder());
    }

    /// <summary>The same of a file's bytes, which must be UTF-8.</summary>
    public static CalendarLoadResult Load(ReadOnlySpan<byte> utf8)
    {
        var problems = new LoadProblems();
        return FileText.Read(utf8, problems) is { } text ? Load(text) : new CalendarLoadResult(null, problems.InOrder());
    }

    private static CalendarFile? Read(Mapping root, string digest, LoadProblems problems)
    {
        if (MapReader.Of(root, Keys.Calendar, problems) is not { } reader)
            return null;
        if (reader.Required("apiVersion") is { Length: > 0 } api && api != Keys.ApiVersion)
            problems.At(reader.Node("apiVersion")!, "file-bad-choice", ("value", api), ("allowed", Keys.ApiVersion));
        var zone = ZoneOf(reader, problems);
        var (windows, freezes) = (reader.Items("windows"), reader.Items("freezes"));
        Unique.Names(windows, "window", problems);
        Unique.Names(freezes, "freeze", problems);
        return new CalendarFile
        {
            Digest = digest,
            Windows = [.. windows.Select(w => Window(w, zone, problems)).OfType<ChangeWindow>()],
            Freezes = [.. freezes.Select(f => Freeze(f, zone, problems)).OfType<Freeze>()],
        };
    }

    private static ChangeWindow? Window(Node node, DateTimeZone? general, LoadProblems problems)
    {
        if (MapReader.Of(node, Keys.Window, problems) is not { } reader)
            return null;
        var name = reader.Name();
        var zone = ZoneOf(reader, problems) ?? general ?? WithoutZone(reader, problems);
        var days = reader.TextsAt("days").Select(d => Checks.Choice(d.Node, d.Text, Keys.Days, problems)).OfType<string>().Select(d => (IsoDayOfWeek)(1 + Keys.Days.ToList().IndexOf(d))).Distinct().ToList();
        var dates = reader.TextsAt("dates").Select(d => DateOf(d.Node, d.Text, problems)).OfType<LocalDate>().Distinct().Order().ToList();
        if (reader.Node("days") is not null && reader.Node("dates") is { } both)
            problems.At(both, "calendar-days-and-dates");
        var (from, to) = (TimeOf(reader, "from", problems), TimeOf(reader, "to", problems));
        if (from is { } begin && to is { } end && begin == end && begin != LocalTime.Midnight)
            problems.At(reader.Node("to")!, "calendar-window-never-open", ("name", name));
        return from is null || to is null ? null : new ChangeWindow
        {
            Name = name,
            Line = node.Mark.Line,
            Column = node.Mark.Column,
            Zones = reader.Optional("zones"),
            TimeZone = zone,
            Days = days.Count > 0 || dates.Count > 0 ? days : [.. Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None)],
            Dates = dates,
            From = from.Value,
            To = to.Value,
            Phases = reader.Texts("phases"),
        };
    }

    private static Freeze? Freeze(Node node, DateTimeZone? general, LoadProblems problems)
    {
        if (MapReader.Of(node, Keys.Freeze, problems) is not { } reader)
            return null;
        var zone = ZoneOf(reader, problems) ?? general ?? WithoutZone(reader, problems);
        var (from, to) = (MomentOf(reader, "from", zone, problems), MomentOf(reader, "to", zone, problems));
        if (from is { } begin && to is { } end && end <= begin)
            problems.At(reader.Node("to")!, "calendar-freeze-ends-before");
        return from is null || to is null ? null : new Freeze
        {
            Name = reader.Name(),
            Line = node.Mark.Line,
            Column = node.Mark.Column,
            Zones = reader.Optional("zones"),
            From = from.Value,
            To = to.Value,
            Reason = reader.Optional("reason"),
        };
    }

    private static DateTimeZone? ZoneOf(MapReader reader, LoadProblems problems)
    {
        if (reader.Optional("timeZone") is not { Length: > 0 } id)
            return null;
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) is { } zone)
            return zone;
        var meant = Suggestion.For(id, DateTimeZoneProviders.Tzdb.Ids);
        problems.At(reader.Node("timeZone")!, meant is null ? "calendar-time-zone" : "calendar-time-zone-like", ("value", id), ("meant", meant ?? ""));
        return DateTimeZone.Utc;
    }

    private static DateTimeZone WithoutZone(MapReader reader, LoadProblems problems)
    {
        problems.At(reader.Map, "file-missing-key", ("key", "timeZone"));
        return DateTimeZone.Utc;
    }

    private static LocalTime? TimeOf(MapReader reader, string key, LoadProblems problems)
    {
        if (reader.Required(key) is not { Length: > 0 } text)
            return null;
        // The end of a day is the beginning of the next.
        if (Time.Parse(text == "24:00" ? "00:00" : text) is { Success: true } time)
            return time.Value;
        problems.At(reader.Node(key)!, "calendar-bad-time", ("value", text));
        return null;
    }

    private static LocalDate? DateOf(Node node, string text, LoadProblems problems)
    {
        if (LocalDatePattern.Iso.Parse(text) is { Success: true } date)
            return date.Value;
        problems.At(node, "calendar-bad-date", ("value", text));
        return null;
    }

    private static Instant? MomentOf(MapReader reader, string key, DateTimeZone zone, LoadProblems problems)
    {
        if (reader.Required(key) is not { Length: > 0 } text)
            return null;
        var parsed = Moment.Parse(text.Length == 10 ? $"{text} 00:00" : text);
        if (parsed.Success)
            return parsed.Value.InZoneLeniently(zone).ToInstant();
        problems.At(reader.Node(key)!, "calendar-bad-moment", ("value", text));
        return null;
    }
}
