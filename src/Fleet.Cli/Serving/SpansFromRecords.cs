using System.Diagnostics;
using Fleet.Hosting.Telemetry;
using Fleet.Orchestration.Traces;

namespace Fleet.Cli.Serving;

/// <summary>The coordinator's spans on their way out of this process; where telemetry goes nowhere, none are wanted.</summary>
internal sealed class SpansFromRecords(KeptSpans? kept) : IRecordedSpans
{
    public bool Wanted => kept is not null;

    public Task<bool> ExportAsync(IReadOnlyList<Activity> spans, CancellationToken cancellationToken) => kept?.ExportAsync(spans, cancellationToken) ?? Task.FromResult(true);
}
