using System.Diagnostics;
using System.Diagnostics.Metrics;
using Fleet.Metrics;
using Fleet.Orchestration.Audit;

namespace Fleet.Orchestration.Metrics;

/// <summary>The coordinator's instruments. What is told is recorded in the trace that it belongs to, so that an exemplar leads there.</summary>
internal sealed class FleetMeter : IDisposable
{
    private readonly Dictionary<string, Action<double, KeyValuePair<string, object?>[]>> _told = [];

    public FleetMeter()
    {
        Meter = new Meter(OrchestrationMetrics.Meter);
        foreach (var metric in OrchestrationMetrics.All)
        {
            if (metric.Kind == MetricKind.Counter)
                _told.Add(metric.Name, metric.Counter(Meter).Add);
            else if (metric.Kind == MetricKind.Histogram)
                _told.Add(metric.Name, metric.Histogram(Meter).Record);
        }
    }

    public Meter Meter { get; }

    /// <summary>Counters that are there from the start: a rate from nothing to one is else not seen.</summary>
    public void Begin()
    {
        Record([new(OrchestrationMetrics.LeaseLosses, 0), .. Incidents.Codes.Select(c => new Measure(OrchestrationMetrics.Incidents, 0, c))]);
        Record([.. ResendMeasures.Messages.Select(m => new Measure(OrchestrationMetrics.Resends, 0, m))]);
        Record([.. new[] { "zone_upgrades", "rollouts", "firstboxes" }.Select(t => new Measure(OrchestrationMetrics.StoreConflicts, 0, t))]);
        Record([.. new[] { "step-failed", "step-timed-out", "step-unknown" }.Select(e => new Measure(OrchestrationMetrics.RunErrors, 0, ZoneMeasures.Pipeline, e))]);
    }

    public void Record(Measure measure) => _told[measure.Metric.Name](measure.Value, measure.Tags());

    public void Record(IReadOnlyList<Measure> measures)
    {
        foreach (var measure in measures)
            Record(measure);
    }

    public void Dispose() => Meter.Dispose();

    /// <summary>Never exported itself: it only says to which trace what is measured and logged belongs.</summary>
    /// <param name="traceParent">Null: to none.</param>
    public static Activity? Within(string? traceParent) =>
        traceParent is not null && ActivityContext.TryParse(traceParent, null, out _) ? new Activity("measured").SetParentId(traceParent).Start() : null;
}
