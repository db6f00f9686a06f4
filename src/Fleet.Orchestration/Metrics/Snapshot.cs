using System.Diagnostics.Metrics;
using Fleet.Metrics;

namespace Fleet.Orchestration.Metrics;

/// <summary>What the leader read last of the whole fleet. Whoever does not lead shows nothing, so that several coordinators do not double what they all see.</summary>
internal sealed class Snapshot
{
    private volatile ILookup<string, Measure> _now = Empty;
    private volatile bool _leads;

    public Snapshot(FleetMeter meter)
    {
        foreach (var metric in OrchestrationMetrics.All.Where(m => m.Kind is MetricKind.Gauge or MetricKind.UpDown))
            metric.Observed(meter.Meter, metric == OrchestrationMetrics.Leading ? Leading : () => _now[metric.Name].Select(m => new Measurement<double>(m.Value, m.Tags())));
    }

    private static ILookup<string, Measure> Empty { get; } = Array.Empty<Measure>().ToLookup(m => m.Metric.Name);

    public void Show(IReadOnlyList<Measure> measures) => (_leads, _now) = (true, measures.ToLookup(m => m.Metric.Name));

    /// <param name="leads">It leads, and could not read.</param>
    public void Clear(bool leads) => (_leads, _now) = (leads, Empty);

    private IEnumerable<Measurement<double>> Leading() => [new(_leads ? 1 : 0)];
}
