namespace Fleet.Worker.Phases;

internal static class Durations
{
    /// <summary>Like <c>1h30m</c>, <c>45s</c>.</summary>
    public static string Text(TimeSpan duration)
    {
        var parts = new[] { ((int)duration.TotalHours, "h"), (duration.Minutes, "m"), (duration.Seconds, "s") };
        var text = string.Concat(parts.Where(p => p.Item1 > 0).Select(p => $"{p.Item1}{p.Item2}"));
        return text.Length > 0 ? text : $"{duration.TotalMilliseconds:0}ms";
    }
}
