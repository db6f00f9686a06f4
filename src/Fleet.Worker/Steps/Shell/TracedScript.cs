using System.Globalization;
using System.Text.RegularExpressions;

namespace Fleet.Worker.Steps.Shell;

/// <summary>
/// A command whose log and marker are looked at right before and after it. What was seen is printed as the last line, so it is in the transcript
/// and whoever takes over later knows it too.
/// </summary>
internal static partial class TracedScript
{
    /// <param name="command">As expanded.</param>
    /// <param name="log">A word of sh; null: the step has no log.</param>
    /// <param name="marker">A word of sh; null: the step has no marker.</param>
    public static string Wrap(string command, string? log, string? marker)
    {
        if (log is null && marker is null)
            return command;
        log ??= "''";
        marker ??= "''";
        return $$"""
            fleet_log_was=$(stat -c '%i:%s' {{log}} 2>/dev/null || echo none)
            fleet_marker_was=$(stat -c '%i:%.9Y' {{marker}} 2>/dev/null || echo none)
            (
            {{command}}
            )
            fleet_exit=$?
            fleet_marker_is=$(stat -c '%i:%.9Y' {{marker}} 2>/dev/null || echo none)
            printf '\n[fleet] exit=%s log-was=%s marker-was=%s marker-is=%s\n' "$fleet_exit" "$fleet_log_was" "$fleet_marker_was" "$fleet_marker_is"
            exit $fleet_exit
            """;
    }

    public static string Wrap(IStepContext context, string command) => Wrap(
        context.Expand(command),
        context.Step.Done.Log is { } log ? context.Expand(log) : null,
        context.Step.Done.Marker is { } marker ? context.Expand(marker) : null);

    /// <summary>What the last such line says; null when there is none.</summary>
    public static Trace? Read(string output)
    {
        var match = TraceLine().Matches(output).LastOrDefault();
        if (match is null)
            return null;
        var log = match.Groups["log"].Value;
        var colon = log.IndexOf(':', StringComparison.Ordinal);
        return new Trace(
            int.Parse(match.Groups["exit"].ValueSpan, CultureInfo.InvariantCulture),
            colon < 0 ? null : log[..colon],
            colon < 0 ? 0 : long.Parse(log.AsSpan(colon + 1), CultureInfo.InvariantCulture),
            Stamp(match.Groups["was"].Value),
            Stamp(match.Groups["now"].Value));
    }

    private static string? Stamp(string value) => value == "none" ? null : value;

    [GeneratedRegex(@"^\[fleet\] exit=(?<exit>\d+) log-was=(?<log>none|\d+:\d+) marker-was=(?<was>\S+) marker-is=(?<now>\S+)\s*$", RegexOptions.Multiline)]
    private static partial Regex TraceLine();
}

/// <param name="LogInode">Null: there was no log yet.</param>
/// <param name="LogSize">Bytes in the log when the command started.</param>
/// <param name="MarkerBefore">Inode and time of change; null: absent.</param>
internal sealed record Trace(int Exit, string? LogInode, long LogSize, string? MarkerBefore, string? MarkerAfter)
{
    /// <summary>The marker is there and this command made it, or made it anew.</summary>
    public bool MadeMarker => MarkerAfter is not null && MarkerAfter != MarkerBefore;
}
