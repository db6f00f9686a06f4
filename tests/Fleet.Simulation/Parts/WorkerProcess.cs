using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Probes;
using Fleet.Contracts.Transcripts;
using Fleet.Contracts.Workers;
using Fleet.Runbooks.Model;
using Fleet.Sealing;
using Fleet.Simulation.Scheduling;
using Fleet.Simulation.Zones;
using Fleet.Worker;
using Fleet.Worker.Artifacts;
using Fleet.Worker.Executions;
using Fleet.Worker.Phases;
using Fleet.Worker.Phases.Leases;
using Fleet.Worker.Phases.Reports;
using Fleet.Worker.Redaction;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Simulation.Parts;

/// <summary>One worker process: the product's own engine, with simulated time, broker and firstboxes around it.</summary>
internal sealed class WorkerProcess : ICoordinatorLink, IFirstboxes, IRunbooks, IPackageUploads, ITranscriptSink
{
    private readonly World _world;
    private readonly PhaseRuns _runs;
    private readonly Heartbeats _beats;

    public WorkerProcess(World world, string id, int slots)
    {
        _world = world;
        Id = id;
        Queue = Endpoints.Worker(id);
        Process = new SimProcess(id, world.Scheduler);
        var options = new WorkerOptions { WorkerId = id, MaxZones = slots, IdleBeat = TimeSpan.FromSeconds(10 + world.Random.Next(15)) };
        var parts = new PhaseParts
        {
            Options = options,
            Firstboxes = this,
            Runners = shell => (IRemoteRunner)shell,
            Idle = new IdleLinks(Process.Time),
            Runbooks = this,
            Uploads = this,
            Transcripts = this,
            Sealer = new TranscriptSealer(new TranscriptKeys(), NullLogger<TranscriptSealer>.Instance),
            Secrets = new KnownSecrets(),
            Coordinator = this,
            Kinds = world.Kinds,
            GuardReaders = new Dictionary<string, IGuardReader> { [SimRunbook.Guard] = new SimGuardReader(() => world.Sabotage) },
            Time = Process.Time,
            Logs = NullLoggerFactory.Instance,
        };
        _runs = new PhaseRuns(options, command => new PhaseHandle(command, parts), NullLogger<PhaseRuns>.Instance);
        _beats = new Heartbeats(_runs, this, options, Process.Time, NullLogger<Heartbeats>.Instance);
        Process.Run(() => _ = _beats.RunAsync(CancellationToken.None));
    }

    public string Id { get; }

    /// <summary>Its own, on the broker.</summary>
    public string Queue { get; }

    public SimProcess Process { get; }

    public void Take(object message) => _world.Scheduler.After(TimeSpan.Zero, Process, () =>
    {
        switch (message)
        {
            case ExecutePhase command: _ = OfferAsync(command); break;
            case PhaseReportsRecorded recorded: _runs.Recorded(recorded); break;
            case AnswerPrompt answer: _runs.Answer(answer); break;
            case StopPhase stop: _runs.Stop(stop); break;
            case HeartbeatRecorded recorded: _beats.Take(recorded); break;
        }
    });

    public void Crash()
    {
        if (Process.IsDead)
            return;
        _world.Note($"{Id} dies");
        Process.Kill();
        _world.Gone(this);
    }

    /// <summary>As on SIGTERM: hands over and ends.</summary>
    public void Drain()
    {
        _world.Note($"{Id} is stopped");
        Process.Run(() => _ = DrainAsync());
    }

    public Task SendAsync(string queue, object message, CancellationToken cancellationToken) => _world.Bus.SendAsync(Process, queue, message, cancellationToken);

    public Task AnswerAsync(Uri address, Guid? request, object message, CancellationToken cancellationToken) => throw new NotSupportedException("Nobody asks here.");

    public async Task<IRemoteShell> ConnectAsync(string zone, FirstboxConnection connection, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(50 + _world.Random.Next(200)), Process.Time, cancellationToken);
        var firstbox = _world.Firstboxes[zone];
        if (!firstbox.IsUp || _world.Chaos.Strikes(Fault.ConnectFails))
            throw new SshLinkException(Finding.Of("ssh-refused", ("zone", zone)), transient: _world.Random.Next(4) > 0 || !firstbox.IsUp);
        var link = new Zones.FirstboxLink(_world, firstbox, Process, Crash);
        firstbox.Add(link);
        return link;
    }

    public Task<FirstboxProbed> ProbeAsync(ProbeFirstbox probe, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Runbook> GetAsync(RunbookRef runbook, CancellationToken cancellationToken) => Task.FromResult(SimRunbook.Runbook);

    public Task<UploadOutcome> UploadAsync(IRemoteShell shell, IRemoteRunner runner, PackageRef package, string remotePath, long epoch, IProgress<long>? progress, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public async Task AppendAsync(TranscriptFrame frame, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(1 + _world.Random.Next(10)), Process.Time, cancellationToken);
        if (_world.Chaos.Strikes(Fault.TranscriptFails))
        {
            if (_world.Random.Next(2) == 0)
                _world.Keep(frame);
            throw new InvalidOperationException("The piece was not confirmed.");
        }

        if (_world.Sabotage != Sabotage.TranscriptLost || _world.Random.Next(3) > 0)
            _world.Keep(frame);
    }

    private async Task OfferAsync(ExecutePhase command)
    {
        if (_runs.Offer(command) is not { } reason)
            return;
        try
        {
            await SendAsync(Endpoints.ZoneUpgrades, new PhaseDeclined { ZoneUpgradeId = command.ZoneUpgradeId, Epoch = command.Epoch, WorkerId = Id, Reason = reason }, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // The command is owed and comes again.
        }
    }

    private async Task DrainAsync()
    {
        await _runs.DrainAsync(CancellationToken.None);
        await _beats.BeatAsync(CancellationToken.None);
        Process.Kill();
        _world.Gone(this);
    }
}
