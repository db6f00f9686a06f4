using System.Collections.Concurrent;
using Fleet.Simulation.Checking;

namespace Fleet.Simulation;

/// <summary>One history, run and checked.</summary>
internal sealed record HistoryOutcome(int Seed, History History, IReadOnlyList<Violation> Violations, string? Crash, string Summary, int Faults, long Steps)
{
    public bool IsWell => Violations.Count == 0 && Crash is null;
}

internal sealed record HistoriesReport(IReadOnlyList<HistoryOutcome> Bad, long Faults, long Effects, long Steps);

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

    public static HistoriesReport RunMany(int from, int count, int jobs, Sabotage sabotage = Sabotage.None)
    {
        var bad = new ConcurrentBag<HistoryOutcome>();
        long faults = 0, effects = 0, steps = 0;
        Parallel.ForEach(Enumerable.Range(from, count), new ParallelOptions { MaxDegreeOfParallelism = jobs }, seed =>
        {
            var outcome = Run(seed, sabotage);
            Interlocked.Add(ref faults, outcome.Faults);
            Interlocked.Add(ref steps, outcome.Steps);
            Interlocked.Add(ref effects, outcome.History.Events.OfType<ExecutionBegan>().Count());
            if (!outcome.IsWell)
                bad.Add(outcome);
        });
        return new HistoriesReport([.. bad.OrderBy(b => b.Seed)], faults, effects, steps);
    }
}
