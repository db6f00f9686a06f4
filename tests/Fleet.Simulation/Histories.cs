using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Fleet.Checking;

namespace Fleet.Simulation;

/// <summary>One history, run and checked.</summary>
internal sealed record HistoryOutcome(int Seed, History History, IReadOnlyList<Violation> Violations, string? Crash, string Summary, int Faults, long Steps)
{
    public bool IsWell => Violations.Count == 0 && Crash is null;
}

internal sealed record HistoriesReport(IReadOnlyList<HistoryOutcome> Bad, long Faults, long Effects, long Steps)
{
    /// <summary>Of everything that the histories told, whatever their order; empty where it was not asked for.</summary>
    public byte[] Digest { get; init; } = [];
}

internal static class Histories
{
    public static HistoryOutcome Run(int seed, Sabotage sabotage = Sabotage.None)
    {
        var world = new World(seed, sabotage);
        string? crash = null;
        IReadOnlyList<Violation> violations = [];
        try
        {
            violations = world.Run();
        }
        catch (Exception e)
        {
            crash = e.ToString();
        }

        return new HistoryOutcome(
            seed, world.History, violations, crash, $"seed {seed}: {world.Chaos}; {world.Chaos.Injected} faults, {world.Scheduler.Steps} steps, {world.Now - Scheduling.Scheduler.Epoch:hh\\:mm\\:ss} told", world.Chaos.Injected, world.Scheduler.Steps);
    }

    public static HistoriesReport RunMany(int from, int count, int jobs, Sabotage sabotage = Sabotage.None, bool digest = false)
    {
        var bad = new ConcurrentBag<HistoryOutcome>();
        long faults = 0, effects = 0, steps = 0;
        var next = from - 1;
        var told = new byte[32];
        // Continuations run inside each other: on a small stack the runtime would move some of them to a thread of the pool.
        var threads = Enumerable.Range(0, jobs).Select(_ => new Thread(Work, 64 * 1024 * 1024)).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        return new HistoriesReport([.. bad.OrderBy(b => b.Seed)], faults, effects, steps) { Digest = digest ? told : [] };

        void Work()
        {
            while (Interlocked.Increment(ref next) is var seed && seed < from + count)
            {
                var outcome = Run(seed, sabotage);
                Interlocked.Add(ref faults, outcome.Faults);
                Interlocked.Add(ref steps, outcome.Steps);
                Interlocked.Add(ref effects, outcome.History.Events.OfType<ExecutionBegan>().Count());
                if (digest)
                    Fold(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{outcome.History.Told()}")));
                if (!outcome.IsWell)
                    bad.Add(outcome);
            }
        }

        void Fold(byte[] one)
        {
            lock (told)
            {
                for (var i = 0; i < told.Length; i++)
                    told[i] ^= one[i];
            }
        }
    }
}
