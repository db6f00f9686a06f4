using System.Diagnostics;

namespace Fleet.Benchmarks.Limits;

/// <summary>One zone's script prints without measure beside others that print a line a second: what memory it costs the processes of Fleet.</summary>
internal static class FloodBench
{
    private const long Bytes = 10L << 30;
    private const int Zones = 6;
    private const long Bound = 128L << 20;

    public static async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        await using var printing = await Printing.StartAsync(Zones, cancellationToken);
        var before = printing.Peaks();
        printing.Flood(0, Bytes);
        var clock = Stopwatch.StartNew();
        await printing.RunAsync(cancellationToken);
        var after = printing.Peaks();
        var (worker, coordinator) = (after.Worker - before.Worker, after.Coordinator - before.Coordinator);
        return new Result(
            $"{Bytes >> 30} GiB of output from one zone beside {Zones - 1} others ({clock.Elapsed.TotalSeconds:0} s): how far the memory of a process grows",
            $"worker {worker >> 20} MiB, coordinator {coordinator >> 20} MiB",
            $"< {Bound >> 20} MiB",
            $"the same run without it: worker {before.Worker >> 20} MiB, coordinator {before.Coordinator >> 20} MiB",
            Math.Max(worker, coordinator) < Bound);
    }
}
