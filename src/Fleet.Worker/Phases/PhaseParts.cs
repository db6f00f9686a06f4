using Fleet.Contracts.Transcripts;
using Fleet.Contracts.Workers;
using Fleet.Worker.Artifacts;
using Fleet.Worker.Executions;
using Fleet.Worker.Phases.Reports;
using Fleet.Worker.Redaction;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Phases;

/// <summary>What every run is made of.</summary>
internal sealed class PhaseParts
{
    public required WorkerOptions Options { get; init; }
    public required IFirstboxes Firstboxes { get; init; }
    public required Func<IRemoteShell, IRemoteRunner> Runners { get; init; }
    public required IdleLinks Idle { get; init; }
    public required IRunbooks Runbooks { get; init; }
    public required IPackageUploads Uploads { get; init; }
    public required ITranscriptSink Transcripts { get; init; }
    public required TranscriptSealer Sealer { get; init; }
    public required KnownSecrets Secrets { get; init; }
    public required ICoordinatorLink Coordinator { get; init; }
    public required StepKinds Kinds { get; init; }

    /// <summary>By the guard's name.</summary>
    public required IReadOnlyDictionary<string, IGuardReader> GuardReaders { get; init; }
    public required TimeProvider Time { get; init; }
    public required ILoggerFactory Logs { get; init; }
}
