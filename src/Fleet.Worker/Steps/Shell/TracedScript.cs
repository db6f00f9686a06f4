using System.Globalization;
using System.Text.RegularExpressions;
using Fleet.Runbooks.Facts;

namespace Fleet.Worker.Steps.Shell;

/// <summary>
/// A command whose log and marker are looked at right before and after it, and folders that it backs up measured before. What was seen is printed as the last line,
/// so it is in the transcript and whoever takes over later knows it too.
/// </summary>
internal static partial class TracedScript
{
    /// <param name="command">As expanded.</param>
    /// <param name="log">A word of sh; null: the step has no log.</param>
    /// <param name="marker">A word of sh; null: the step has no marker.</param>
    /// <param name="measures">Commands of sh that print <c>files bytes</c> of a folder, each run in a subshell.</param>
    public static string Wrap(string command, string? log, string? marker, params IReadOnlyList<string> measures)
    {
        if (log is null && marker is null && measures.Count == 0)
            return command;
        log ??= "''";
        marker ??= "''";
        return $$"""
            fleet_log_was=$(stat -c '%i:%s' {{log}} 2>/dev/null || echo none)
            fleet_marker_was=$(stat -c '%i:%.9Y' {{marker}} 2>/dev/null || echo none)
            fleet_sizes=
            {{string.Join('\n', measures.Select(m => $"fleet_sizes=\"$fleet_sizes,$( ( {m} ) 2>/dev/null | tr ' ' :)\""))}}
            (
            {{command}}
            )
            fleet_exit=$?
            fleet_marker_is=$(stat -c '%i:%.9Y' {{marker}} 2>/dev/null || echo none)
            printf '\n[fleet] exit=%s log-was=%s marker-was=%s marker-is=%s sizes=%s\n' "$fleet_exit" "$fleet_log_was" "$fleet_marker_was" "$fleet_marker_is" "$fleet_sizes"
            exit $fleet_exit
            """;
    }

    public static string Wrap(IStepContext context, string command, params IReadOnlyList<string> measures) => Wrap(
        context.Expand(command),
        context.Step.Done.Log is { } log ? context.Expand(log) : null,
        context.Step.Done.Marker is { } marker ? context.Expand(marker) : null,
        measures);

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
            Stamp(match.Groups["now"].Value),
            [.. match.Groups["sizes"].Value.Split(',').Skip(1).Select(s => TreeSize.Read(s.Replace(':', ' ')))]);
    }

    private static string? Stamp(string value) => value == "none" ? null : value;

    [GeneratedRegex(@"^\[fleet\] exit=(?<exit>\d+) log-was=(?<log>none|\d+:\d+) marker-was=(?<was>\S+) marker-is=(?<now>\S+)(?: sizes=(?<sizes>\S*))?\s*$", RegexOptions.Multiline)]
    private static partial Regex TraceLine();
}

/// <param name="LogInode">Null: there was no log yet.</param>
/// <param name="LogSize">Bytes in the log when the command started.</param>
/// <param name="MarkerBefore">Inode and time of change; null: absent.</param>
/// <param name="Sizes">Of the folders that were measured, in their order; null: not there.</param>
internal sealed record Trace(int Exit, string? LogInode, long LogSize, string? MarkerBefore, string? MarkerAfter, IReadOnlyList<TreeSize?> Sizes)
{
    public static Trace OfWholeLog { get; } = OfLog("none", 0);

    public static Trace OfLog(string inode, long size) => new(0, inode == "none" ? null : inode, size, null, null, []);

    /// <summary>The marker is there and this command made it, or made it anew.</summary>
    public bool MadeMarker => MarkerAfter is not null && MarkerAfter != MarkerBefore;
}
