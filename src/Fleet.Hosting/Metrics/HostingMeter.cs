using System.Diagnostics.Metrics;

namespace Fleet.Hosting.Metrics;

/// <summary>The instruments of <see cref="HostingMetrics"/>; what was not read shows nothing.</summary>
internal sealed class HostingMeter : IDisposable
{
    private readonly Meter _meter = new(HostingMetrics.Meter);
    private volatile IReadOnlyDictionary<string, long> _queues = new Dictionary<string, long>();

    public HostingMeter(DataDisk disk)
    {
        HostingMetrics.QueueMessages.Observed(_meter, () => _queues.Select(q => new Measurement<double>(q.Value, new KeyValuePair<string, object?>("queue", q.Key))));
        HostingMetrics.BrokerBlocked.Observed(_meter, () => Blocked is { } blocked ? [new(blocked ? 1 : 0)] : []);
        HostingMetrics.DataFree.Observed(_meter, () => Of(disk.Free));
        HostingMetrics.DataSize.Observed(_meter, () => Of(disk.Size));
    }

    /// <summary>Null: there is no broker, or it is away.</summary>
    public bool? Blocked { get; set; }

    public void Show(IReadOnlyDictionary<string, long> queues) => _queues = queues;

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<double>> Of(long? value) => value is { } bytes ? [new(bytes)] : [];
}
