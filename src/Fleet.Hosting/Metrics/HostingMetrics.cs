using Fleet.Metrics;

namespace Fleet.Hosting.Metrics;

/// <summary>What every process tells of the ground that it stands on. Read now and then, never in a scrape.</summary>
internal static class HostingMetrics
{
    public const string Meter = "Fleet.Hosting";

    public static readonly Metric QueueMessages = new("fleet.queue.messages", MetricKind.Gauge, "{message}", "Messages that wait in Fleet's queues, those set aside included; every coordinator tells the same.", "queue");
    public static readonly Metric BrokerBlocked = new("fleet.broker.blocked", MetricKind.Gauge, "{broker}", "1 while the broker takes no messages, for its disk or memory is short.");
    public static readonly Metric DataFree = new("fleet.data.free", MetricKind.Gauge, "By", "Free bytes where this process keeps its data.");
    public static readonly Metric DataSize = new("fleet.data.size", MetricKind.Gauge, "By", "Bytes of the file system where this process keeps its data.");

    public static readonly Metric BusRefused = new("fleet.bus.refused", MetricKind.Counter, "{message}", "Messages on the broker that were refused: without a seal, with a wrong one, or sealed for another queue.", "queue", "reason");

    public static IReadOnlyList<Metric> All { get; } = [QueueMessages, BrokerBlocked, DataFree, DataSize, BusRefused];
}
