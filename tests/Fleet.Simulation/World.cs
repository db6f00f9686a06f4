using Fleet.Checking;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Rollouts;
using Fleet.Contracts.Transcripts;
using Fleet.Contracts.Workers;
using Fleet.Orchestration;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Transcripts;
using Fleet.Orchestration.Zones;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Strategies;
using Fleet.Simulation.Parts;
using Fleet.Simulation.Scheduling;
using Fleet.Simulation.Zones;
using Fleet.Worker.Steps;

namespace Fleet.Simulation;

/// <summary>A small Fleet of simulated parts under one seed: coordinators, workers, broker, database, firstboxes and people.</summary>
internal sealed class World
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>Longer than a lease, and than a firstbox takes to come back.</summary>
    private static readonly TimeSpan Longer = TimeSpan.FromSeconds(35);

    private static readonly TimeSpan Longest = TimeSpan.FromHours(6);
    private readonly SimProcess _fate;
    private readonly Dictionary<string, List<TranscriptFrame>> _early = [];
    private readonly bool _windows;
    private int _names;
    private long _overAt = -1;
    private bool _over;

    public World(int seed, Sabotage sabotage = Sabotage.None)
    {
        Scheduler = new Scheduler(seed);
        Sabotage = sabotage;
        Chaos = new Chaos(Random);
        _windows = Random.Next(4) == 0;
        Bus = new Bus(this);
        _fate = new SimProcess("fate", Scheduler);
    }

    public Scheduler Scheduler { get; }
    public Sabotage Sabotage { get; }
    public Chaos Chaos { get; }
    public Random Random => Scheduler.Random;
    public DateTimeOffset Now => Scheduler.Now;
    public Store Store { get; } = new();
    public Bus Bus { get; }
    public History History { get; } = new();
    public StepKinds Kinds { get; } = SimKinds.All();
    public Dictionary<string, Firstbox> Firstboxes { get; } = [];
    public List<Coordinator> Coordinators { get; } = [];
    public List<WorkerProcess> Workers { get; } = [];

    public void Tell(HistoryEvent happened) => History.Add(happened);

    public void Note(string what) => Tell(new Happened(Now, "", what));

    /// <summary>Runs one history to its end.</summary>
    public IReadOnlyList<Violation> Run()
    {
        Build();
        var calm = TimeSpan.FromMinutes(3 + Random.Next(20));
        Scheduler.After(calm, _fate, Heal);
        Scheduler.After(TimeSpan.FromSeconds(5), _fate, Strike);
        TimeSpan? until = null;
        while (Scheduler.Ticks < Longest.Ticks && Scheduler.Step())
        {
            if (until is null && IsOver())
                until = TimeSpan.FromTicks(LastToCome()) + Longer;
            if (until is { } end && Scheduler.Ticks > end.Ticks)
            {
                // Somebody may have a zone tried again meanwhile.
                if (IsOver())
                    break;
                until = null;
            }

            if (Scheduler.Steps > 2_000_000)
                throw new InvalidOperationException($"The history does not end: {Scheduler.Steps} steps by {Now:HH:mm:ss}.");
        }

        ReadTranscripts();
        foreach (var firstbox in Firstboxes.Values)
            Tell(new FlagsRead(Now, firstbox.Name, firstbox.Flagged, []));
        Tell(new Settled(Now));
        return Promises.Check(History, SimRunbook.Shape);
    }

    /// <summary>When all has arrived that is under way, and everybody is awake who sleeps: only then it is seen that it changes nothing any more.</summary>
    private long LastToCome() => Coordinators.Select(c => c.Process).Concat(Workers.Select(w => w.Process)).Select(p => p.FrozenUntil).Append(Bus.Latest).Append(Scheduler.Ticks).Max();

    private bool IsOver()
    {
        if (_overAt != Store.Version)
            (_overAt, _over) = (Store.Version, AllEnded());
        return _over;
    }

    private bool AllEnded() => Store.Rollouts.All.All(r => r.IsEnded) && Store.ZoneUpgrades.All.All(z => z.IsEnded || z.State == ZoneState.Waiting);

    public void Gone(Coordinator coordinator)
    {
        Coordinators.Remove(coordinator);
        Scheduler.After(TimeSpan.FromSeconds(1 + Random.Next(60)), _fate, AddCoordinator);
    }

    public void Gone(WorkerProcess worker)
    {
        Workers.Remove(worker);
        Scheduler.After(TimeSpan.FromSeconds(1 + Random.Next(60)), _fate, AddWorker);
    }

    public void Keep(TranscriptFrame frame)
    {
        var stored = Store.Transcripts.TryGetValue(frame.ExecutionId, out var known) ? known : Store.Transcripts[frame.ExecutionId] = [];
        if (TranscriptRules.Take(frame, stored.Count, long.MaxValue) is not { } piece)
            return;
        if (piece.Start > stored.Count)
        {
            (_early.TryGetValue(frame.ExecutionId, out var early) ? early : _early[frame.ExecutionId] = []).Add(frame);
            return;
        }

        stored.AddRange(piece.Bytes.ToArray());
        if (_early.Remove(frame.ExecutionId, out var waiting))
        {
            foreach (var next in waiting.OrderBy(w => w.Offset))
                Keep(next);
        }
    }

    private void Build()
    {
        var zones = 1 + Random.Next(4);
        for (var i = 0; i < zones; i++)
        {
            var name = $"z{i + 1}";
            Firstboxes[name] = new Firstbox(this, name);
            Store.Zones[name] = new SimZoneRow(
                new InventoryZone
                {
                    Name = name,
                    Connection = new FirstboxConnection { Firstbox = new SshHop { Host = name, User = "root" } },
                    Traits = new ZoneTraits { ZoneIds = [new ZoneIdTraits(null, ZoneKind.Sub, false)] },
                },
                false);
        }

        for (var i = Random.Next(2); i >= 0; i--)
            AddCoordinator();
        for (var i = Random.Next(3); i >= 0; i--)
            AddWorker();
        var rollouts = Sabotage == Sabotage.FirstboxUnlocked || Random.Next(4) == 0 ? 2 : 1;
        for (var i = 0; i < rollouts; i++)
            AddRollout(i);
        new Person(this, "ops").Begin();
        if (Random.Next(3) == 0)
            new Person(this, "mei").Begin();
    }

    private void AddCoordinator()
    {
        Coordinators.Add(new Coordinator(this, $"coordinator-{++_names}"));
        Bus.Offer();
    }

    private void AddWorker()
    {
        Workers.Add(new WorkerProcess(this, $"worker-{++_names}", 1 + Random.Next(3)));
        Bus.Offer();
    }

    /// <summary>In some histories a zone's window is closed in the first third of every two minutes, as long as faults are made.</summary>
    public Finding? ClosedNow(string zone) =>
        _windows && !Chaos.IsOver && (Now.ToUnixTimeSeconds() + zone[^1]) % 120 < 40 ? Finding.Of("window-closed", ("phase", "any")) : null;

    /// <summary>Mostly the limits that a start without a file has; sometimes those of a careful one.</summary>
    private Strategy StrategyOf() => new()
    {
        MaxParallel = new Amount(1 + Random.Next(3), null),
        MaxFailures = new Amount(Random.Next(3), null),
        SlowStart = Random.Next(4) == 0,
        PerLabel = Random.Next(4) == 0 ? new Dictionary<string, Amount> { ["region"] = new(1, null) } : new Dictionary<string, Amount>(),
        PerPool = Random.Next(8) == 0 ? new Dictionary<string, Amount> { ["default"] = new(null, 50) } : new Dictionary<string, Amount>(),
    };

    private List<RolloutWave> WavesOf()
    {
        if (Firstboxes.Count < 2 || Random.Next(3) > 0)
            return [new RolloutWave { Index = 0, Name = "all" }];
        return
        [
            new RolloutWave { Index = 0, Name = "canary", Bake = Random.Next(2) == 0 ? TimeSpan.FromSeconds(Random.Next(60)) : null, MaxFailures = Amount.None },
            new RolloutWave { Index = 1, Name = "rest", MaxParallel = new Amount(1 + Random.Next(2), null) },
        ];
    }

    private void AddRollout(int number)
    {
        var waves = WavesOf();
        var id = Id();
        var rollout = new Rollout
        {
            Id = id,
            Name = $"rollout-{number + 1}",
            Package = new PackageRef { FileName = "p", Digest = new string('a', 64), Size = 1, Installer = "5.0.2", Qingcloud = "20261101", Upgrade = "20261101" },
            Runbook = new RunbookRef(SimRunbook.Runbook.Name, SimRunbook.Runbook.Digest),
            Phases = [.. SimRunbook.Runbook.Phases.Select(p => p.Name)],
            Strategy = StrategyOf(),
            Waves = waves,
            Until = Random.Next(4) == 0 ? "prepare-platform" : null,
            Zones = [.. Firstboxes.Keys.Select((z, i) => new RolloutZone { Zone = z, ZoneUpgradeId = Id(), Wave = i == 0 ? 0 : waves.Count - 1, Pool = "default", Labels = new Dictionary<string, string> { ["region"] = $"r{i % 2}" } })],
            StartedBy = "ops",
            StartedAt = Now,
        };
        Store.Rollouts.Put(id, rollout);
        foreach (var zone in rollout.Zones)
            Store.ZoneUpgrades.Put(zone.ZoneUpgradeId, new ZoneUpgrade { Id = zone.ZoneUpgradeId, RolloutId = id, Zone = zone.Zone, Package = rollout.Package, Runbook = rollout.Runbook });
        Bus.Send(Endpoints.Rollouts, new RolloutDue(id));
    }

    private Guid Id()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.NextBytes(bytes);
        return new Guid(bytes);
    }

    /// <summary>What befalls whole processes and links, whatever they are doing.</summary>
    private void Strike()
    {
        if (Chaos.IsOver)
            return;
        var firstbox = Firstboxes.Values.ElementAt(Random.Next(Firstboxes.Count));
        for (var i = 0; i < 3; i++)
        {
            if (Chaos.Strikes(Fault.WorkerCrash) && Workers.Count > 0)
                Workers[Random.Next(Workers.Count)].Crash();
            if (Chaos.Strikes(Fault.CoordinatorCrash) && Coordinators.Count > 0)
                Coordinators[Random.Next(Coordinators.Count)].Crash();
            if (Chaos.Strikes(Fault.Drain) && Workers.Count > 0)
                Workers[Random.Next(Workers.Count)].Drain();
            if (Chaos.Strikes(Fault.Freeze) && Workers.Count > 0)
                Freeze(Workers[Random.Next(Workers.Count)].Process);
            if (Chaos.Strikes(Fault.Freeze) && Coordinators.Count > 0)
                Freeze(Coordinators[Random.Next(Coordinators.Count)].Process);
        }

        if (Chaos.Strikes(Fault.LinkCut))
            firstbox.CutLinks();
        if (Chaos.Strikes(Fault.Reboot))
            firstbox.Reboot();
        Scheduler.After(TimeSpan.FromSeconds(1 + Random.Next(8)), _fate, Strike);
    }

    private void Freeze(SimProcess process)
    {
        var time = TimeSpan.FromSeconds(5 + Random.Next(90));
        Note($"{process.Name} is frozen for {time.TotalSeconds} s");
        process.Freeze(time);
        Scheduler.After(time, _fate, Bus.Offer);
    }

    private void Heal()
    {
        Note("the faults are over");
        Chaos.IsOver = true;
    }

    private void ReadTranscripts()
    {
        var claimed = Store.ZoneUpgrades.All.SelectMany(z => z.Ledger).Where(e => e.ExecutionId is not null).ToDictionary(e => e.ExecutionId!, e => e.TranscriptOffset);
        foreach (var firstbox in Firstboxes.Values)
        {
            foreach (var run in firstbox.Runs)
            {
                var stored = Store.Transcripts.GetValueOrDefault(run.Id) ?? [];
                var problem = !run.Output.StartsWith(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(stored)) ? "what is stored is not what was printed"
                    : stored.Count < claimed.GetValueOrDefault(run.Id) ? $"{stored.Count} bytes are stored where {claimed[run.Id]} were recorded as stored"
                    : null;
                Tell(new TranscriptRead(Now, firstbox.Name, run.Id, run.Printed, stored.Count, problem));
            }
        }
    }
}
