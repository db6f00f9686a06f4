using Fleet.Orchestration.Planning;

namespace Fleet.Orchestration.Reports;

/// <summary>How long a phase worked on its zones; waiting for people is not in it.</summary>
/// <param name="Zones">So many went through it to its end.</param>
public sealed record PhaseTimes(TimeSpan P50, TimeSpan P90, int Zones)
{
    /// <summary>By the phase's name. Only zones that were through with a phase say how long it takes.</summary>
    /// <param name="zones">The phases that each zone is through with, and its times.</param>
    public static IReadOnlyDictionary<string, PhaseTimes> Of(IEnumerable<(IReadOnlyList<string> PhasesDone, ZoneTimes Times)> zones)
    {
        var took = zones.SelectMany(z => z.Times.Phases.Where(p => z.PhasesDone.Contains(p.Name)).Select(p => (p.Name, Took: Stretches.Length(p.Working))));
        return took.GroupBy(p => p.Name).ToDictionary(p => p.Key, p =>
        {
            List<TimeSpan> ordered = [.. p.Select(t => t.Took).Order()];
            return new PhaseTimes(Durations.Percentile(ordered, 50), Durations.Percentile(ordered, 90), ordered.Count);
        });
    }
}
