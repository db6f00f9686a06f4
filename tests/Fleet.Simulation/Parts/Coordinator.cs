using Fleet.Contracts.Phases;
using Fleet.Contracts.Rollouts;
using Fleet.Contracts.Workers;
using Fleet.Contracts.ZoneUpgrades;
using Fleet.Orchestration;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.Workers;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Simulation.Scheduling;
using LeaseRules = Fleet.Orchestration.Workers.LeaseRules;

namespace Fleet.Simulation.Parts;

/// <summary>One coordinator process: it reads rows, lets the product's rules decide, commits, and sends after the commit; it may die between any two of these.</summary>
internal sealed class Coordinator
{
    private readonly World _world;
    private readonly List<(string Queue, object Message)> _inHand = [];
    private readonly Deciding _deciding;

    public Coordinator(World world, string name)
    {
        _world = world;
        Process = new SimProcess(name, world.Scheduler);
        _deciding = new Deciding(world);
        var reconciler = new Reconciler(world, this, _deciding);
        Process.Run(() => _ = reconciler.RunAsync());
    }

    public SimProcess Process { get; }

    public void Take(string queue, object message)
    {
        _inHand.Add((queue, message));
        Process.Run(() => _ = HandleAsync(queue, message));
    }

    public void Crash()
    {
        if (Process.IsDead)
            return;
        _world.Note($"{Process.Name} dies");
        Process.Kill();
        _world.Gone(this);
        foreach (var (queue, message) in _inHand)
            _world.Bus.Redeliver(queue, message);
    }

    /// <summary>Decide, commit, send; again from the start when someone else was first. Nothing of it happens when the process dies before the commit.</summary>
    public async Task<T> ChangeAsync<T>(Func<Tx, Outgoing, T> decide)
    {
        while (true)
        {
            var tx = new Tx(_world.Store);
            var outgoing = new Outgoing();
            var result = decide(tx, outgoing);
            await PauseAsync(_world.Random.Next(8));
            await MayCrashAsync();
            if (_world.Chaos.Strikes(Fault.CommitFails) || !tx.Commit(_world.Sabotage == Sabotage.BudgetIgnored))
            {
                await PauseAsync(1 + _world.Random.Next(30));
                continue;
            }

            await MayCrashAsync();
            await SendAsync(outgoing);
            return result;
        }
    }

    public async Task SendAsync(Outgoing outgoing)
    {
        foreach (var send in outgoing.Sends)
            await TrySendAsync(send.Queue, send.Message);
        foreach (var message in outgoing.Publishes)
            await TrySendAsync(message is RolloutDue ? Endpoints.Rollouts : Endpoints.ZoneUpgrades, message);
    }

    private async Task TrySendAsync(string queue, object message)
    {
        await MayCrashAsync();
        try
        {
            await _world.Bus.SendAsync(Process, queue, message, default);
        }
        catch (InvalidOperationException)
        {
            // It is owed and goes again.
        }
    }

    private async Task HandleAsync(string queue, object message)
    {
        await ConsumeAsync(message);
        await MayCrashAsync();
        _inHand.Remove((queue, message));
    }

    private async Task ConsumeAsync(object message)
    {
        switch (message)
        {
            case StartZoneUpgrade start:
                await ChangeAsync((tx, outgoing) => _deciding.Zone(tx, start.ZoneUpgradeId, ZoneUpgradeRules.Advance, outgoing));
                break;
            case ZoneUpgradeDue due:
                await ChangeAsync((tx, outgoing) => _deciding.Zone(tx, due.ZoneUpgradeId, ZoneUpgradeRules.Advance, outgoing));
                break;
            case RolloutDue due:
                await ChangeAsync((tx, outgoing) => _deciding.Rollout(tx, due.RolloutId, RolloutRules.Evaluate, outgoing));
                break;
            case PhaseDeclined declined:
                await ChangeAsync((tx, outgoing) => Decline(tx, declined, outgoing));
                break;
            case IPhaseReport report:
                await ChangeAsync((tx, outgoing) => Record(tx, report, outgoing));
                break;
            case WorkerHeartbeat beat:
                await HearAsync(beat);
                break;
        }
    }

    private Change<ZoneUpgrade>? Decline(Tx tx, PhaseDeclined declined, Outgoing outgoing)
    {
        if (_world.Store.Workers.TryGetValue(declined.WorkerId, out var worker))
            tx.Write(() => _world.Store.Workers[declined.WorkerId] = worker with { FreeSlots = 0 });
        return _deciding.Zone(tx, declined.ZoneUpgradeId, (row, context) => ZoneUpgradeRules.Decline(row, declined, context), outgoing);
    }

    private Change<ZoneUpgrade>? Record(Tx tx, IPhaseReport report, Outgoing outgoing)
    {
        var change = _deciding.Zone(tx, report.ZoneUpgradeId, (row, context) => ZoneUpgradeRules.Report(row, Sabotaged(report), context), outgoing);
        var to = Endpoints.Worker(report.WorkerId);
        if (change?.Reply == ReportReply.Recorded)
            outgoing.Send("recorded", to, new PhaseReportsRecorded(report.ZoneUpgradeId, report.Epoch, change.Row.RecordedOf(report.Epoch)));
        else if (change?.Reply == ReportReply.Lost)
            outgoing.Send("lost", to, new HeartbeatRecorded(report.WorkerId, 0, [], [new LeaseRenewal(report.ZoneUpgradeId, report.Epoch)]));
        return change;
    }

    private IPhaseReport Sabotaged(IPhaseReport report) => (_world.Sabotage, report) switch
    {
        (Sabotage.UnknownIsSuccess, StepFinished { Outcome: StepOutcome.Unknown or StepOutcome.TimedOut } finished) => finished with { Outcome = StepOutcome.Succeeded },
        (Sabotage.PhaseSkipped, PhaseHeld held) => new PhaseSucceeded
        {
            ZoneUpgradeId = held.ZoneUpgradeId,
            Epoch = held.Epoch,
            Sequence = held.Sequence,
            WorkerId = held.WorkerId,
            At = held.At,
            Phase = held.Phase,
        },
        _ => report,
    };

    private async Task HearAsync(WorkerHeartbeat beat)
    {
        var outgoing = await ChangeAsync((tx, _) =>
        {
            var answer = new Outgoing();
            if (!_world.Store.Workers.TryGetValue(beat.WorkerId, out var known) || known.Beat < beat.Beat)
                tx.Write(() => _world.Store.Workers[beat.WorkerId] = new WorkerRow(beat.WorkerId, beat.Pool, beat.Beat, beat.FreeSlots, beat.Draining, beat.Holds, _world.Now));
            var verdicts = beat.Holds.Select(h => (Hold: new LeaseRenewal(h.ZoneUpgradeId, h.Epoch), Verdict: LeaseRules.Judge(View(h.ZoneUpgradeId), h.Epoch, beat.WorkerId))).ToList();
            var renewed = verdicts.Where(v => v.Verdict == LeaseVerdict.Renewed).Select(v => v.Hold).ToList();
            tx.Write(() =>
            {
                foreach (var lease in _world.Store.Leases.Values.Where(l => beat.Draining && l.WorkerId == beat.WorkerId && beat.Holds.All(h => h.ZoneUpgradeId != l.ZoneUpgradeId)).ToList())
                    _world.Store.Leases[lease.ZoneUpgradeId] = lease with { ExpiresAt = _world.Now };
                foreach (var id in renewed.Select(r => r.ZoneUpgradeId))
                {
                    if (_world.Store.Leases.TryGetValue(id, out var lease) && lease.WorkerId == beat.WorkerId)
                        _world.Store.Leases[id] = lease with { ExpiresAt = _world.Now + World.Lease };
                }
            });
            answer.Send("beat", Endpoints.Worker(beat.WorkerId), new HeartbeatRecorded(beat.WorkerId, beat.Beat, renewed, [.. verdicts.Where(v => v.Verdict == LeaseVerdict.Lost).Select(v => v.Hold)]));
            if (beat is { FreeSlots: > 0, Draining: false })
            {
                foreach (var waiting in _world.Store.ZoneUpgrades.All.Where(z => z.Work == Work.Wanted).Take(beat.FreeSlots))
                    answer.Publish(new ZoneUpgradeDue(waiting.Id));
            }

            return answer;
        });
        await SendAsync(outgoing);
    }

    private LeaseView? View(Guid id) => _world.Store.ZoneUpgrades.Get(id).Row is { } row ? new LeaseView(id, row.Epoch, row.Work, row.WorkerId) : null;

    private Task PauseAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), Process.Time);

    private async Task MayCrashAsync()
    {
        if (!_world.Chaos.Strikes(Fault.CoordinatorCrash))
            return;
        Crash();
        await new TaskCompletionSource().Task;
    }
}
