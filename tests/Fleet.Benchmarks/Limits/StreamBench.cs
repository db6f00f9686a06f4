using System.Diagnostics;

namespace Fleet.Benchmarks.Limits;

/// <summary>Many zones print at once, one worker follows all of them: what memory it costs, and how much later the quiet ones among them are done.</summary>
internal static class StreamBench
{
    private const int Zones = 200;
    private const int Quiet = 20;
    private const long Bytes = 4L << 20;
    private const long Bound = 512L << 20;
    private const double Slower = 1.5;

    public static async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        await using var printing = await Printing.StartAsync(Zones, cancellationToken);
        var alone = Result.Percentile([.. (await printing.RunAsync(cancellationToken)).Take(Quiet)], 0.5);
        var before = printing.Peaks();
        for (var zone = Quiet; zone < Zones; zone++)
            printing.Flood(zone, Bytes);
        var clock = Stopwatch.StartNew();
        var beside = Result.Percentile([.. (await printing.RunAsync(cancellationToken)).Take(Quiet)], 0.5);
        var after = printing.Peaks();
        var (worker, coordinator) = (after.Worker - before.Worker, after.Coordinator - before.Coordinator);
        return new Result(
            $"{Zones - Quiet} zones print {Bytes >> 20} MiB each at once beside {Quiet} quiet ones ({clock.Elapsed.TotalSeconds:0} s): how far the memory of a process grows, and how long the quiet ones take",
            $"worker {worker >> 20} MiB, coordinator {coordinator >> 20} MiB; {beside.TotalSeconds:0} s",
            $"< {Bound >> 20} MiB; × {Slower:0.0}",
            $"{Zones} quiet zones: worker {before.Worker >> 20} MiB, coordinator {before.Coordinator >> 20} MiB; {alone.TotalSeconds:0} s, × {beside / alone:0.0}",
            Math.Max(worker, coordinator) < Bound && beside < alone * Slower);
    }
}
