using System.Diagnostics;
using System.Globalization;
using Fleet.Fuzzing.Targets;

namespace Fleet.Fuzzing;

/// <summary><c>fuzz --inputs N TARGET …</c>; <c>--replay TARGET BASE64</c> hands one input over again.</summary>
internal static class Fuzz
{
    private const string Usage = """
        fuzz [--inputs N] [--from N] [TARGET …]   N inputs for each target (default 20000), from that number (default 1); all targets without a name
        fuzz --replay TARGET BASE64               one input again, with what it leads to
        fuzz --list                               the targets
        """;

    public static int Main(string[] args)
    {
        if (args is ["--list"])
        {
            Console.WriteLine(string.Join(Environment.NewLine, AllTargets.All.Select(t => t.Name)));
            return 0;
        }

        if (args is ["--replay", var name, var base64])
            return Replay(name, base64);
        ulong inputs = 20_000, from = 1;
        var names = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--inputs" when ulong.TryParse(value, CultureInfo.InvariantCulture, out inputs):
                case "--from" when ulong.TryParse(value, CultureInfo.InvariantCulture, out from):
                    i++;
                    break;
                case var target when AllTargets.All.Any(t => t.Name == target):
                    names.Add(target);
                    break;
                default:
                    Console.Error.WriteLine($"fuzz: {args[i]} is not understood.{Environment.NewLine}{Usage}");
                    return 2;
            }
        }

        return Run(AllTargets.All.Where(t => names.Count == 0 || names.Contains(t.Name)), from, inputs);
    }

    private static int Run(IEnumerable<Target> targets, ulong from, ulong inputs)
    {
        var failed = 0;
        var all = 0;
        using var watchdog = new Watchdog();
        foreach (var target in targets)
        {
            var watch = Stopwatch.StartNew();
            var failures = Fuzzer.Run(target, from, inputs, watchdog);
            foreach (var failure in failures)
                Console.WriteLine(failure);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name,-20} {inputs / target.Weight} inputs from {from}: {(failures.Count == 0 ? "well" : $"{failures.Count} findings")}, {watch.Elapsed.TotalSeconds:0.0} s"));
            failed += failures.Count == 0 ? 0 : 1;
            all++;
        }

        Console.WriteLine($"{all} targets, {failed} with findings");
        return failed == 0 ? 0 : 1;
    }

    private static int Replay(string name, string base64)
    {
        if (AllTargets.All.FirstOrDefault(t => t.Name == name) is not { } target)
        {
            Console.Error.WriteLine($"fuzz: there is no target {name}; --list names them.");
            return 2;
        }

        using var watchdog = new Watchdog();
        var wrong = Fuzzer.Try(target, Convert.FromBase64String(base64), watchdog);
        Console.WriteLine(wrong ?? "well");
        return wrong is null ? 0 : 1;
    }
}
