using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;

namespace Fleet.Orchestration.ZoneUpgrades;

/// <summary>How a zone comes to stand, and to its end, when that is asked for.</summary>
internal static partial class ZoneUpgradeRules
{
    /// <summary>A pause takes effect at the next safe point: when that was is kept, and told. At a component's prompt the script waits, and nothing runs on the nodes.</summary>
    private static void Stand(Draft draft)
    {
        var row = draft.Row;
        var stands = row is { State: ZoneState.Running or ZoneState.Held, Stance: Stance.Pause }
            && ((row.Work == Work.None && !IsUnattended(row)) || row.Decisions.Any(d => d is { State: DecisionState.Open, Prompt: { SafePoint: true } } or { State: DecisionState.Answered, Prompt: { SafePoint: true, Delivered: null } }));
        if (stands == row.StandsSince is not null)
            return;
        draft.Row = row with { StandsSince = stands ? draft.Now : null, Stood = row.Stood + (draft.Now - (row.StandsSince ?? draft.Now)) };
        if (stands)
            draft.Audit(Actors.Coordinator, "zone-stands", ("phase", row.Phase ?? "-"), ("step", row.Step));
    }

    /// <returns>False: a worker must look after a script first.</returns>
    private static bool Abort(Draft draft)
    {
        // It was to be tried again and did not begin: its firstbox may be another's, and no worker goes there.
        if (draft.Row.State == ZoneState.Waiting)
        {
            var unresolved = draft.Row.Ledger.Any(IsUnresolved);
            draft.CountAsFailure(unresolved || draft.Row.CountsAsFailure);
            draft.HeadFor(unresolved ? ZoneState.Unknown : ZoneState.Aborted, Finding.Of("zone-aborted"), Actors.Coordinator);
            return true;
        }

        LookAfterUnresolved(draft);
        if (IsUnattended(draft.Row))
        {
            draft.Row = draft.Row with { State = ZoneState.Running, Work = Work.Wanted };
            return false;
        }

        draft.HeadFor(ZoneState.Aborted, Finding.Of("zone-aborted"), Actors.Coordinator);
        return true;
    }

    /// <summary>A dispatch is out: what is wanted of it.</summary>
    /// <returns>False: it stays out.</returns>
    private static bool Steer(Draft draft)
    {
        var row = draft.Row;
        // A release that is under way is finished: neither pause nor abort leaves a guard half released.
        StopMode? mode = row.Ending is not null ? null : row.Stance switch
        {
            Stance.Pause => StopMode.Pause,
            Stance.Abort => StopMode.Abort,
            Stance.AbortNow => StopMode.AbortNow,
            _ => null,
        };
        if (mode is not null && row.Work == Work.Sent && !(mode == StopMode.Pause ? MustBeFollowed(draft) : IsUnattended(row)))
        {
            // Nobody has it yet: whoever accepts it later is told that it is lost, before anything was changed.
            draft.Row = row with { Work = Work.None, Stop = null };
            draft.Audit(Actors.Coordinator, "dispatch-revoked", ("phase", row.Phase), ("epoch", $"{row.Epoch}"));
            return true;
        }

        draft.Row = row with
        {
            Stop = mode is { } m ? new OwedStop(m, m == StopMode.Pause && draft.Context.Taken ? "zone-taken" : m == StopMode.Pause && row.Closed is { } closed ? closed.Code : Words.Of(m)) : null,
            State = StateAtWork(row),
        };
        return false;
    }

    /// <summary>A pause ends no script: where the worker beside one was lost, another goes on with it to its end. On a zone that a person has taken nobody does.</summary>
    private static bool MustBeFollowed(Draft draft) => IsUnattended(draft.Row) && !draft.Context.Taken;

    /// <summary>A script was started and its end is not recorded: to abort, a worker must look after it first.</summary>
    private static bool IsUnattended(ZoneUpgrade row) => row.Ledger.Any(e => e is { State: LedgerState.Started, ExecutionId: not null });

    /// <summary>A script is at work on the zone, as far as is recorded.</summary>
    internal static bool RunsSomething(ZoneUpgrade row) => row.Ledger.Any(IsUnresolved);

    /// <summary>A script that outlived its limit, or whose end nobody knows, may still be at work: an abort goes there and cancels it, whatever was asked about it.</summary>
    private static void LookAfterUnresolved(Draft draft)
    {
        foreach (var entry in draft.Row.Ledger.Where(IsUnresolved).Where(e => e.State != LedgerState.Started).ToList())
        {
            draft.Put(entry with { State = LedgerState.Started });
            draft.Withdraw(d => d.Prompt is null, "ending");
        }
    }
}
