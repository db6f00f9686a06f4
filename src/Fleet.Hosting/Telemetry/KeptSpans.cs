using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace Fleet.Hosting.Telemetry;

/// <summary>
/// Spans of zone upgrades, which no sampler drops: those that workers make go out with all others, and those from records are given here, with an answer whether they were taken.
/// It stands among the provider's processors to have its resource.
/// </summary>
public sealed class KeptSpans : BaseExportProcessor<Activity>
{
    /// <summary>The source of what workers do on a zone.</summary>
    public const string WorkerSource = "Fleet.Worker";

    private readonly ActivityListener _always = new()
    {
        ShouldListenTo = source => source.Name == WorkerSource,
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    public KeptSpans(IConfiguration configuration)
        : base(new OtlpTraceExporter(OtlpTraces.Options(configuration))) => ActivitySource.AddActivityListener(_always);

    /// <returns>True: the receiver has taken them.</returns>
    public Task<bool> ExportAsync(IReadOnlyList<Activity> spans, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var quiet = SuppressInstrumentationScope.Begin();
            return exporter.Export(new Batch<Activity>([.. spans], spans.Count)) == ExportResult.Success;
        },
        cancellationToken);

    /// <summary>What the provider's other processors export is none of its business.</summary>
    protected override void OnExport(Activity data)
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _always.Dispose();
        base.Dispose(disposing);
    }
}
