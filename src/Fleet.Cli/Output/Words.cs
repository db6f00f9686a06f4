using System.Globalization;
using System.Text.Json;
using Fleet.Runbooks.Texts;

namespace Fleet.Cli.Output;

/// <summary>Values as people read them.</summary>
internal static class Words
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    public static string Yes(bool value) => value ? Say.Of("yes") : Say.Of("no");

    /// <summary>Like <c>1:02:13</c> or <c>0:41</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        if (time < TimeSpan.Zero)
            time = TimeSpan.Zero;
        return time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}" : $"{time.Minutes}:{time.Seconds:00}";
    }

    /// <summary>Like <c>3 minutes ago</c>.</summary>
    public static string Ago(TimeSpan time) => time switch
    {
        { TotalSeconds: < 60 } => Say.Of("just now"),
        { TotalMinutes: < 2 } => Say.Of("1 minute ago"),
        { TotalMinutes: < 60 } => Say.Of($"{(int)time.TotalMinutes} minutes ago"),
        { TotalHours: < 2 } => Say.Of("1 hour ago"),
        { TotalHours: < 48 } => Say.Of($"{(int)time.TotalHours} hours ago"),
        _ => Say.Of($"{(int)time.TotalDays} days ago"),
    };

    /// <summary>On this machine's clock: the time where it is today, else with the day.</summary>
    public static string Time(DateTimeOffset? time, DateTimeOffset now)
    {
        if (time is not { } given)
            return "–";
        var local = given.ToLocalTime();
        return local.Date == now.ToLocalTime().Date ? local.ToString("HH:mm:ss", CultureInfo.InvariantCulture) : local.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }

    /// <summary>On this machine's clock, with the day: <c>2026-11-01 02:00</c>.</summary>
    public static string Moment(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>On this machine's clock: <c>2026-11-01</c>.</summary>
    public static string Day(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => $"{bytes / (double)(1L << 30):0.0} GB",
        >= 1L << 20 => $"{bytes / (double)(1L << 20):0.0} MB",
        >= 1L << 10 => $"{bytes / (double)(1L << 10):0.0} KB",
        _ => $"{bytes} B",
    };

    /// <summary>Like <c>upload 2.1 GB of 3.4 GB</c> or <c>hyper/hyper 11 of 13</c>.</summary>
    public static string Progress(string what, long? done, long? total)
    {
        var bytes = what.StartsWith("upload", StringComparison.Ordinal) || what.StartsWith("download", StringComparison.Ordinal);
        string Number(long value) => bytes ? Size(value) : value.ToString();
        return (done, total) switch
        {
            ({ } d, { } t) => Say.Of($"{what} {Number(d)} of {Number(t)}"),
            ({ } d, null) => $"{what} {Number(d)}",
            _ => what,
        };
    }

    public static string Short(Guid id) => id.ToString("N")[..8];

    /// <summary>What follows from a verdict.</summary>
    public static string Verdict(string action) => action switch { "go-on" => Say.Of("goes on"), "stop" => Say.Of("stops"), _ => Say.Of("asks") };

    /// <summary>Like <c>1 zone</c> or <c>3 zones</c>; a language with one form has that of many.</summary>
    public static string Plural(long count, string one, string many) => count == 1 && Language.Current == Language.English ? $"1 {one}" : Say.Of("{0} " + many, [$"{count}"]);
}
