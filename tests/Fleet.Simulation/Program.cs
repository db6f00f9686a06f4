using System.Diagnostics;
using System.Globalization;

namespace Fleet.Simulation;

/// <summary><c>simulate --seeds N --from S</c>: histories by their seeds; <c>--seed S</c> replays one and tells it.</summary>
internal static class Simulate
{
    private const string Usage = """
        simulate --seeds N [--from S] [--jobs N]   runs N histories, from seed S (default 1)
        simulate --seeds N --digest yes            … and prints one digest of all that they tell: what changes no history leaves it as it was
        simulate --seed S [--break NAME]           replays one history and tells it
        """;

    public static int Main(string[] args)
    {
        long seeds = 1000, from = 1, jobs = Environment.ProcessorCount;
        int? one = null;
        var digest = false;
        var sabotage = Sabotage.None;
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var known = args[i] switch
            {
                "--seeds" => long.TryParse(value, CultureInfo.InvariantCulture, out seeds) && seeds > 0,
                "--from" => long.TryParse(value, CultureInfo.InvariantCulture, out from) && from >= 0,
                "--jobs" => long.TryParse(value, CultureInfo.InvariantCulture, out jobs) && jobs > 0,
                "--seed" => int.TryParse(value, CultureInfo.InvariantCulture, out var s) && (one = s) is not null,
                "--digest" => digest = value == "yes",
                "--break" => Enum.TryParse(value, ignoreCase: true, out sabotage),
                _ => false,
            };
            if (known)
                continue;
            Console.Error.WriteLine($"simulate: {args[i]} {value} is not understood.{Environment.NewLine}{Usage}");
            return 2;
        }

        return one is { } seed ? Tell(seed, sabotage) : Many((int)from, (int)seeds, (int)jobs, sabotage, digest);
    }

    private static int Tell(int seed, Sabotage sabotage)
    {
        var outcome = Histories.Run(seed, sabotage);
        Console.Write(outcome.History.Told());
        Console.WriteLine(outcome.Summary);
        foreach (var violation in outcome.Violations)
            Console.WriteLine(violation);
        return outcome.IsWell ? 0 : 1;
    }

    private static int Many(int from, int count, int jobs, Sabotage sabotage, bool digest)
    {
        var watch = Stopwatch.StartNew();
        var report = Histories.RunMany(from, count, jobs, sabotage, digest);
        foreach (var bad in report.Bad.Take(20))
            Console.WriteLine($"seed {bad.Seed}: {string.Join(Environment.NewLine, bad.Violations.Take(3))}{bad.Crash}{Environment.NewLine}  again, whole: ./eng/simulate --seed {bad.Seed}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} histories from seed {from}: {report.Bad.Count} broke a promise; {report.Faults} faults, {report.Effects} effects, {report.Steps} steps, {watch.Elapsed.TotalSeconds:0.0} s"));
        if (digest)
            Console.WriteLine(Convert.ToHexStringLower(report.Digest));
        return report.Bad.Count == 0 ? 0 : 1;
    }
}
