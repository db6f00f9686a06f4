using Fleet.Benchmarks.Limits;
using Fleet.Benchmarks.Reliability;
using Fleet.Benchmarks.Upload;

namespace Fleet.Benchmarks;

/// <summary><c>bench NAME …</c>: measures, prints a table, and ends with 1 where a number is missed. Without a name it lists what there is.</summary>
internal static class Program
{
    private static readonly IReadOnlyList<Bench> Benches =
    [
        new("reliability", "takeover", "a worker is killed, another goes on; 3 minutes", TakeoverBench.RunAsync),
        new("reliability", "rederive", "the coordinator is killed with 1,000 zone upgrades in flight; 2 minutes", RederiveBench.RunAsync),
        new("limits", "flood", "10 GiB of output from one zone beside five others; 10 minutes", FloodBench.RunAsync),
        new("limits", "stream", "180 zones print at once beside 20 quiet ones, on one worker; 10 minutes", StreamBench.RunAsync),
        new("ssh", "upload", "a package on its way to a firstbox, beside scp; half a minute", UploadBench.RunAsync),
    ];

    public static async Task<int> Main(string[] names)
    {
        if (names.Length == 0)
        {
            foreach (var bench in Benches)
                Console.WriteLine($"{bench.Group,-13}{bench.Name,-11}{bench.About}");
            return 0;
        }

        if (names.FirstOrDefault(n => !Benches.Any(b => b.Is(n))) is { } unknown)
        {
            Console.Error.WriteLine($"bench: there is no bench {unknown}. There is: {string.Join(", ", Benches.SelectMany(b => new[] { b.Group, b.Name }).Distinct())}.");
            return 2;
        }

        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(30));
        var missed = 0;
        Console.WriteLine("| What | Measured | Bound | Peer in the same run | |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var bench in Benches.Where(b => names.Any(b.Is)))
        {
            var result = await bench.Run(stop.Token);
            Console.WriteLine($"| {result.What} | {result.Value} | {result.Bound} | {result.Peer} | {(result.Met ? "met" : "MISSED")} |");
            missed += result.Met ? 0 : 1;
        }

        return missed == 0 ? 0 : 1;
    }

    private sealed record Bench(string Group, string Name, string About, Func<CancellationToken, Task<Result>> Run)
    {
        public bool Is(string name) => name == Group || name == Name;
    }
}
