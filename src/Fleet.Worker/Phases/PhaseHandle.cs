using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Worker.Phases.Leases;
using Fleet.Worker.Phases.Prompts;
using Fleet.Worker.Phases.Reports;
using Fleet.Worker.Redaction;
using Fleet.Worker.Traces;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Phases;

/// <summary>One phase in hand, from its acceptance until its last report is recorded, the lease is lost, or it is let go.</summary>
internal sealed partial class PhaseHandle : IDisposable
{
    private readonly PhaseParts _parts;
    private readonly CancellationTokenSource _letGo;
    private readonly WorkSpans _spans;
    private readonly ZoneRedaction _redaction;
    private bool _endedWell;
    private readonly Signal _ended = new();

    public PhaseHandle(ExecutePhase command, PhaseParts parts)
    {
        _parts = parts;
        Command = command;
        _spans = new WorkSpans(command, parts.Options.WorkerId);
        Lease = new Lease(parts.Time, command.Lease);
        _letGo = CancellationTokenSource.CreateLinkedTokenSource(Lease.Lost);
        View = new RunView(command.ZoneUpgradeId, command.Epoch, command.Phase);
        _redaction = new ZoneRedaction(parts.Secrets, command.Zone);
        Reports = new ReportSender(parts.Coordinator, command.ZoneUpgradeId, command.Epoch, _redaction, parts.Time, parts.Logs.CreateLogger<ReportSender>());
    }

    public ExecutePhase Command { get; }
    public Lease Lease { get; }
    public StopSignal Stop { get; } = new();
    public AnswerInbox Answers { get; } = new();
    public RunView View { get; }
    public bool Accepted { get; private set; }

    /// <summary>All is done but the recording of its last report.</summary>
    public bool Over { get; private set; }

    /// <summary>Returns when nothing of it touches the zone any more.</summary>
    public Task EndedAsync(CancellationToken cancellationToken) => _ended.WaitAsync(0, cancellationToken);

    private ReportSender Reports { get; }

    public void Recorded(long upTo) => Reports.MarkRecorded(upTo);

    public void LetGo()
    {
        try
        {
            _letGo.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    /// <param name="accepted">Called when the acceptance is recorded.</param>
    public async Task CarryOutAsync(Action accepted)
    {
        var token = _letGo.Token;
        var sending = Reports.RunAsync(token);
        try
        {
            var absence = new LinkAbsence(_parts.Time, _parts.Options.UnreachableLimit) { Tell = TellAway };
            await using var link = new ZoneLink(_parts.Firstboxes, _parts.Runners, Command.Zone, Command.Connection, absence, _parts.Idle, _spans, _parts.Time, _parts.Logs.CreateLogger<ZoneLink>());
            await AcceptAsync(accepted, token);
            await RunAsync(link, token);
            Over = true;
            if (_endedWell)
                await link.KeepAsync();
            Reports.Close();
            await sending;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            LogLetGo(_parts.Logs.CreateLogger<PhaseHandle>(), Command.Zone, Command.Phase, Command.Epoch);
        }
        finally
        {
            LetGo();
            await Task.WhenAny(sending);
            _ended.Set();
        }
    }

    public void Dispose()
    {
        _ended.Set();
        Stop.Dispose();
        _letGo.Dispose();
        Lease.Dispose();
    }

    private async Task AcceptAsync(Action accepted, CancellationToken cancellationToken)
    {
        var sentAt = _parts.Time.GetTimestamp();
        var sequence = Reports.Send(n => new PhaseAccepted
        {
            ZoneUpgradeId = Command.ZoneUpgradeId,
            Epoch = Command.Epoch,
            Sequence = n,
            WorkerId = _parts.Options.WorkerId,
            At = _parts.Time.GetUtcNow(),
            Phase = Command.Phase,
        });
        await Reports.RecordedAsync(sequence, cancellationToken);
        Lease.Renew(sentAt);
        Accepted = true;
        accepted();
    }

    private async Task RunAsync(ZoneLink link, CancellationToken cancellationToken)
    {
        try
        {
            var runbook = await _parts.Runbooks.GetAsync(Command.Runbook, cancellationToken);
            var phase = runbook.FindPhase(Command.Phase) ?? throw new PhaseHoldException(Finding.Of("phase-unknown", ("phase", Command.Phase), ("runbook", runbook.Name)));
            _endedWell = await new PhaseRun(Scope(link, runbook, phase), _parts.Kinds, _parts.GuardReaders, _parts.Logs.CreateLogger<PhaseRun>()).RunAsync(cancellationToken);
        }
        catch (PhaseHoldException hold)
        {
            Hold(hold.Reason);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogBroken(_parts.Logs.CreateLogger<PhaseHandle>(), e, Command.Zone, Command.Phase);
            Hold(Finding.Of("worker-error", ("step", Command.Phase), ("error", $"{e.GetType().Name}: {e.Message}")));
        }
    }

    private DispatchScope Scope(ZoneLink link, Runbook runbook, Phase phase) => new()
    {
        Command = Command,
        Runbook = runbook,
        Phase = phase,
        Link = link,
        Reports = Reports,
        Lease = Lease,
        Stop = Stop,
        View = View,
        Answers = Answers,
        Transcripts = _parts.Transcripts,
        Sealer = _parts.Sealer,
        Redaction = _redaction,
        Uploads = _parts.Uploads,
        Spans = _spans,
        Options = _parts.Options,
        Time = _parts.Time,
        Log = _parts.Logs.CreateLogger<PhaseRun>(),
        Facts = new Dictionary<string, string>(Command.Facts, StringComparer.Ordinal),
        Guards = Command.Guards.ToDictionary(g => g.Name, StringComparer.Ordinal),
    };

    private void TellAway(Finding? trouble)
    {
        if (View.Now.Step is not { } step)
            return;
        Reports.Send(n => new StepProgressed
        {
            ZoneUpgradeId = Command.ZoneUpgradeId,
            Epoch = Command.Epoch,
            Sequence = n,
            WorkerId = _parts.Options.WorkerId,
            At = _parts.Time.GetUtcNow(),
            Phase = Command.Phase,
            Step = step,
            What = "",
            Trouble = trouble,
        });
    }

    /// <summary>Before a step could be looked at; the question is about the phase.</summary>
    private void Hold(Finding reason) => Reports.Send(n => new PhaseHeld
    {
        ZoneUpgradeId = Command.ZoneUpgradeId,
        Epoch = Command.Epoch,
        Sequence = n,
        WorkerId = _parts.Options.WorkerId,
        At = _parts.Time.GetUtcNow(),
        Phase = Command.Phase,
        Decision = new DecisionRequest
        {
            Kind = DecisionKind.FailedStep,
            Step = View.Now.Step ?? Command.Phase,
            Question = reason,
            Choices = [Choices.Retry, Choices.Fail],
            Fingerprint = Fingerprints.Of(Command.Phase, reason, [Command.Zone]),
        },
    });

    [LoggerMessage(3021, LogLevel.Debug, "Let go of {Zone}, phase {Phase}, epoch {Epoch}")]
    private static partial void LogLetGo(ILogger logger, string zone, string phase, long epoch);

    [LoggerMessage(3022, LogLevel.Error, "{Zone}, phase {Phase}, is held: an error of this program")]
    private static partial void LogBroken(ILogger logger, Exception exception, string zone, string phase);
}
