using System.Diagnostics;
using System.Globalization;

namespace Fleet.Worker.Tests.Executions;

/// <summary>What /proc says about processes of the tests' own.</summary>
internal static class Processes
{
    public static IEnumerable<int> ChildrenOf(int parent) =>
        All().Where(p => Stat(p) is { } stat && stat.Parent == parent).ToList();

    /// <summary>A zombie is dead.</summary>
    public static bool Alive(int process) => Stat(process) is { State: not ('Z' or 'X') };

    public static List<int> WithCommandLine(string part) =>
        [.. All().Where(p => p != Environment.ProcessId && Alive(p) && CommandLine(p).Contains(part, StringComparison.Ordinal))];

    public static void Signal(int process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static IEnumerable<int> All() =>
        Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => n!.All(char.IsAsciiDigit)).Select(n => int.Parse(n!, CultureInfo.InvariantCulture));

    private static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static (char State, int Parent)? Stat(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
