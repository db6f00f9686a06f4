using System.Diagnostics.Metrics;

namespace Fleet.Metrics;

/// <summary>What one instrument is called, counts in and may be labelled with. Compiled into each assembly that measures; docs/metrics.md lists all of them.</summary>
/// <param name="Unit">UCUM: <c>s</c>, <c>By</c>, or a noun in braces.</param>
/// <param name="Labels">No other label is ever recorded, and none of them grows without a bound.</param>
internal sealed record Metric(string Name, MetricKind Kind, string Unit, string Help, params IReadOnlyList<string> Labels)
{
    /// <summary>Seconds, from a step that only looks to an upgrade that takes a working day.</summary>
    public static IReadOnlyList<double> Long { get; } = [1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 2700, 3600, 5400, 7200, 10_800, 14_400, 21_600, 28_800];

    /// <summary>Seconds, from what a program does by itself to what waits for a worker.</summary>
    public static IReadOnlyList<double> Short { get; } = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];

    /// <summary>Of a histogram; null: <see cref="Long"/>.</summary>
    public IReadOnlyList<double>? Buckets { get; init; }

    public Counter<double> Counter(Meter meter) => meter.CreateCounter<double>(Name, Unit, Help);

    public Histogram<double> Histogram(Meter meter) => meter.CreateHistogram(Name, Unit, Help, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets ?? Long });

    public Instrument Observed(Meter meter, Func<IEnumerable<Measurement<double>>> read) => Kind == MetricKind.UpDown
        ? meter.CreateObservableUpDownCounter(Name, read, Unit, Help)
        : meter.CreateObservableGauge(Name, read, Unit, Help);
}

internal enum MetricKind
{
    Counter,
    Histogram,

    /// <summary>Read when somebody looks; may be added up over its labels.</summary>
    UpDown,

    /// <summary>Read when somebody looks.</summary>
    Gauge,
}
