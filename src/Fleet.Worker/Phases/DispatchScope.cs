using Fleet.Contracts.Phases;
using Fleet.Contracts.Transcripts;
using Fleet.Runbooks.Model;
using Fleet.Worker.Artifacts;
using Fleet.Worker.Phases.Leases;
using Fleet.Worker.Phases.Reports;
using Fleet.Worker.Redaction;
using Fleet.Worker.Traces;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Phases;

/// <summary>What all parts of one dispatch share.</summary>
internal sealed class DispatchScope
{
    /// <summary>As it came; where a part of the record is lost, with the ledger that the zone's runs show.</summary>
    public required ExecutePhase Command { get; set; }
    public required Runbook Runbook { get; init; }
    public required Phase Phase { get; init; }
    public required ZoneLink Link { get; init; }
    public required ReportSender Reports { get; init; }
    public required Lease Lease { get; init; }
    public required StopSignal Stop { get; init; }
    public required RunView View { get; init; }
    public required AnswerInbox Answers { get; init; }
    public required ITranscriptSink Transcripts { get; init; }
    public required TranscriptSealer Sealer { get; init; }
    public required ZoneRedaction Redaction { get; init; }
    public required IPackageUploads Uploads { get; init; }
    public required WorkSpans Spans { get; init; }
    public required WorkerOptions Options { get; init; }
    public required TimeProvider Time { get; init; }
    public required ILogger Log { get; init; }

    /// <summary>Facts of earlier phases and of this dispatch.</summary>
    public required Dictionary<string, string> Facts { get; init; }

    public required Dictionary<string, GuardState> Guards { get; init; }

    /// <summary>What the zone's runs say beside the record, where the record has lost a part of the past.</summary>
    public LostPast Past { get; set; } = LostPast.None;

    /// <summary>Set when an execution was cancelled because the run was asked to stop.</summary>
    public CancelledExecution? Cancelled { get; set; }

    public Guid ZoneUpgradeId => Command.ZoneUpgradeId;
    public long Epoch => Command.Epoch;

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>What the record says of a step of this phase.</summary>
    public LedgerEntry? Entry(Step step) => Command.Ledger.LastOrDefault(e => e.Phase == Phase.Name && e.Step == step.Name);

    /// <summary>What is taken out of a question before questions are compared: the zone, its ids and its nodes.</summary>
    public IReadOnlyList<string> Names =>
    [
        Command.Zone,
        .. Command.Traits.ZoneIds.Select(id => id.Id).OfType<string>(),
        .. Facts.Where(f => f.Key == "zone.ids" || f.Key.StartsWith("nodes.", StringComparison.Ordinal)).SelectMany(f => f.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
    ];
}

/// <param name="OutcomeUnknown">It was killed in mid-work, or something of it still runs.</param>
internal sealed record CancelledExecution(string Step, bool OutcomeUnknown);
