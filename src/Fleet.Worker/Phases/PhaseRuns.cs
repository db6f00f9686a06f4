using System.Diagnostics;
using Fleet.Contracts;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Workers;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Phases;

/// <summary>The phases in this worker's hands: slots, epochs, and the way of messages to their runs.</summary>
internal sealed partial class PhaseRuns(WorkerOptions options, Func<ExecutePhase, PhaseHandle> open, ILogger<PhaseRuns> log)
{
    private const int Remembered = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, PhaseHandle> _held = [];
    private readonly Dictionary<Guid, long> _seen = [];
    private readonly Queue<Guid> _seenOrder = new();
    private readonly Signal _changed = new();

    public bool Draining { get; private set; }

    public int FreeSlots
    {
        get
        {
            lock (_lock)
                return Draining ? 0 : Math.Max(0, options.MaxZones - _held.Count);
        }
    }

    /// <summary>Null: taken, or nothing to answer. Else why the phase is declined.</summary>
    public Finding? Offer(ExecutePhase command)
    {
        PhaseHandle? old = null;
        PhaseHandle taken;
        lock (_lock)
        {
            var held = _held.GetValueOrDefault(command.ZoneUpgradeId);
            long? seen = _seen.TryGetValue(command.ZoneUpgradeId, out var highest) ? highest : null;
            var action = DispatchRules.Decide(command.Contract, ContractNumber.Current, command.Epoch, held?.Command.Epoch, seen, options.MaxZones - _held.Count, Draining);
            LogOffered(action, command.Zone, command.Phase, command.Epoch);
            switch (action)
            {
                case DispatchAction.Same or DispatchAction.Stale:
                    return null;
                case DispatchAction.DeclineContract:
                    return Finding.Of("worker-contract-older", ("contract", $"{command.Contract}"), ("known", $"{ContractNumber.Current}"), ("worker", options.WorkerId));
                case DispatchAction.DeclineFull:
                    return Finding.Of("worker-full", ("slots", $"{options.MaxZones}"), ("worker", options.WorkerId));
                case DispatchAction.DeclineDraining:
                    return Finding.Of("worker-draining", ("worker", options.WorkerId));
                case DispatchAction.Adopt:
                    old = held;
                    break;
            }
            taken = open(command);
            _held[command.ZoneUpgradeId] = taken;
            _changed.Set();
        }
        old?.LetGo();
        _ = CarryAsync(taken, old);
        return null;
    }

    public void Recorded(PhaseReportsRecorded recorded) => Find(recorded.ZoneUpgradeId, recorded.Epoch)?.Recorded(recorded.UpTo);

    public void Answer(AnswerPrompt answer) => Find(answer.ZoneUpgradeId, answer.Epoch)?.Answers.Offer(answer);

    public void Stop(StopPhase stop) => Find(stop.ZoneUpgradeId, stop.Epoch)?.Stop.Request(stop.Mode);

    public void Renew(Guid zoneUpgradeId, long epoch, long sentAt) => Find(zoneUpgradeId, epoch)?.Lease.Renew(sentAt);

    public void Lose(Guid zoneUpgradeId, long epoch)
    {
        if (Find(zoneUpgradeId, epoch) is not { } handle)
            return;
        // A beat can cross with the answer to the last report; then the lease ended well.
        if (!handle.Over)
            LogLost(handle.Command.Zone, handle.Command.Phase, epoch);
        handle.Lease.Lose();
    }

    /// <summary>What beats tell. A phase whose acceptance is not recorded yet is no hold: the coordinator would call it lost.</summary>
    public IReadOnlyList<HeldPhase> Holds()
    {
        lock (_lock)
            return [.. _held.Values.Where(h => h.Accepted).Select(h => h.View.Now)];
    }

    public IReadOnlyList<TimeSpan> Leases()
    {
        lock (_lock)
            return [.. _held.Values.Select(h => h.Command.Lease)];
    }

    /// <summary>Set when something is taken, accepted or freed.</summary>
    public Signal Changed => _changed;

    /// <summary>Takes nothing more, lets go of all without touching a zone, and returns when all have let go.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        List<PhaseHandle> all;
        lock (_lock)
        {
            Draining = true;
            all = [.. _held.Values];
        }
        foreach (var handle in all)
            handle.LetGo();
        foreach (var handle in all)
        {
            await handle.EndedAsync(cancellationToken);
            // Whoever carried it forgets it a moment after its end; the last beat is not to tell that it is held.
            Forget(handle);
        }
    }

    private async Task CarryAsync(PhaseHandle handle, PhaseHandle? old)
    {
        // The delivery that brought it ends at once, and its span with it; what follows for hours is no part of that.
        Activity.Current = null;
        // Whatever is logged on the way belongs to the zone's own trace.
        using var scope = log.BeginScope(LogScope.Of(handle.Command));
        try
        {
            if (old is not null)
                await old.EndedAsync(CancellationToken.None);
            await handle.CarryOutAsync(_changed.Set);
        }
        catch (Exception e)
        {
            LogBroken(e, handle.Command.Zone, handle.Command.Phase, handle.Command.Epoch);
        }
        finally
        {
            Forget(handle);
            handle.Dispose();
        }
    }

    private void Forget(PhaseHandle handle)
    {
        lock (_lock)
        {
            if (_held.GetValueOrDefault(handle.Command.ZoneUpgradeId) == handle)
                _held.Remove(handle.Command.ZoneUpgradeId);
            Remember(handle.Command.ZoneUpgradeId, handle.Command.Epoch);
            _changed.Set();
        }
    }

    private void Remember(Guid zoneUpgradeId, long epoch)
    {
        if (!_seen.TryGetValue(zoneUpgradeId, out var known))
            _seenOrder.Enqueue(zoneUpgradeId);
        _seen[zoneUpgradeId] = Math.Max(known, epoch);
        while (_seenOrder.Count > Remembered)
            _seen.Remove(_seenOrder.Dequeue());
    }

    private PhaseHandle? Find(Guid zoneUpgradeId, long epoch)
    {
        lock (_lock)
            return _held.GetValueOrDefault(zoneUpgradeId) is { } handle && handle.Command.Epoch == epoch ? handle : null;
    }
}
