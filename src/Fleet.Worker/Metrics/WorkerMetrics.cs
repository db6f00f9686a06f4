using System.Diagnostics.Metrics;
using Fleet.Metrics;

namespace Fleet.Worker.Metrics;

/// <summary>All that a worker measures by itself. One meter for the process: a worker is one.</summary>
internal static class WorkerMetrics
{
    public const string Name = "Fleet.Worker";

    public static readonly Metric SshConnectDuration = new("fleet.ssh.connect.duration", MetricKind.Histogram, "s", "How long connecting to firstboxes took, with all hops and the login; one try each.", "result") { Buckets = Metric.Short };
    public static readonly Metric SshFailures = new("fleet.ssh.failures", MetricKind.Counter, "{failure}", "Connections to firstboxes that were not made, by the reason's code.", "reason");
    public static readonly Metric UploadDuration = new("fleet.upload.duration", MetricKind.Histogram, "s", "How long packages took to get to their firstboxes.", "result");
    public static readonly Metric UploadBytes = new("fleet.upload.bytes", MetricKind.Counter, "By", "Bytes of packages that were carried to firstboxes.");
    public static readonly Metric TranscriptBytes = new("fleet.transcript.bytes", MetricKind.Counter, "By", "Bytes of output that were stored.");

    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> Connects = SshConnectDuration.Histogram(Meter);
    private static readonly Counter<double> Failures = SshFailures.Counter(Meter);
    private static readonly Histogram<double> Uploads = UploadDuration.Histogram(Meter);
    private static readonly Counter<double> Uploaded = UploadBytes.Counter(Meter);
    private static readonly Counter<double> Printed = TranscriptBytes.Counter(Meter);

    public static IReadOnlyList<Metric> All { get; } = [SshConnectDuration, SshFailures, UploadDuration, UploadBytes, TranscriptBytes];

    /// <summary>Why a connection is not made, as far as it is told apart; everything else is <c>other</c>.</summary>
    public static IReadOnlyList<string> Reasons { get; } =
    [
        "ssh-unreachable", "ssh-timeout", "ssh-no-ssh-there", "ssh-handshake-failed", "ssh-no-common-algorithm", "ssh-algorithms-unsupported", "ssh-host-key-unknown", "ssh-host-key-changed", "ssh-host-key-revoked",
        "ssh-login-refused", "ssh-sudo-refused", "ssh-not-root", "ssh-bastion-unreachable", "ssh-bastion-timeout", "ssh-bastion-cannot-reach", "ssh-bastion-host-key-unknown", "ssh-bastion-host-key-changed", "ssh-bastion-login-refused", "other",
    ];

    /// <summary>Counters that are there from the start: a rate from nothing to one is else not seen.</summary>
    public static void Begin()
    {
        foreach (var reason in Reasons)
            Failures.Add(0, new KeyValuePair<string, object?>("reason", reason));
        Uploaded.Add(0);
        Printed.Add(0);
    }

    /// <param name="reason">Null: it was made.</param>
    public static void Connected(TimeSpan took, string? reason)
    {
        Connects.Record(took.TotalSeconds, new KeyValuePair<string, object?>("result", reason is null ? "success" : "failure"));
        if (reason is not null)
            Failures.Add(1, new KeyValuePair<string, object?>("reason", Reasons.Contains(reason) ? reason : "other"));
    }

    public static void Carried(TimeSpan took, long bytes, bool ok)
    {
        Uploads.Record(took.TotalSeconds, new KeyValuePair<string, object?>("result", ok ? "success" : "failure"));
        Uploaded.Add(bytes);
    }

    public static void Stored(int bytes) => Printed.Add(bytes);
}
