using System.Globalization;

namespace Fleet.Fuzzing;

/// <summary>Processor time of the thread that asks, in steps of 10 ms (proc(5), fields utime and stime).</summary>
internal static class ThreadTime
{
    private const int TicksPerSecond = 100;

    public static TimeSpan Now
    {
        get
        {
            var text = File.ReadAllText("/proc/thread-self/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
        }
    }
}
