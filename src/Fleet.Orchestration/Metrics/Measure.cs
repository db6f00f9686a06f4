using Fleet.Metrics;

namespace Fleet.Orchestration.Metrics;

/// <summary>One value to record, with a label's value for each of the metric's labels, in their order; null where a label does not apply.</summary>
internal sealed record Measure(Metric Metric, double Value, params IReadOnlyList<string?> Labels)
{
    public bool Equals(Measure? other) => other is not null && Metric == other.Metric && Value.Equals(other.Value) && Labels.SequenceEqual(other.Labels);

    public override int GetHashCode() => HashCode.Combine(Metric.Name, Value, Labels.Count);

    public override string ToString() => $"{Metric.Name}{{{string.Join(',', Metric.Labels.Zip(Labels, (n, v) => $"{n}={v}"))}}} {Value}";

    public KeyValuePair<string, object?>[] Tags() => [.. Metric.Labels.Zip(Labels).Where(l => l.Second is not null).Select(l => new KeyValuePair<string, object?>(l.First, l.Second))];
}
