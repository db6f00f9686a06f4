using System.Globalization;
using Fleet.Cli.Output;
using Fleet.Runbooks.Loading;

namespace Fleet.Cli.CommandLine;

/// <summary>Moments as people give them: with an offset, or on this machine's clock.</summary>
internal static class TimeText
{
    public static DateTimeOffset Parse(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal | DateTimeStyles.AllowWhiteSpaces, out var moment)
            ? moment
            : throw new CliFailure(ExitCodes.Usage, Say.Of($"\"{text}\" is no moment. Write it like '2026-12-01 22:00' (this machine's clock) or 2026-12-01T22:00+08:00."));

    public static TimeSpan Duration(string text) =>
        DurationText.TryParse(text, out var duration) && duration > TimeSpan.Zero ? duration : throw new CliFailure(ExitCodes.Usage, Say.Of($"\"{text}\" is no duration, like 30m or 2h."));
}
