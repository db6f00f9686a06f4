using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.ZoneUpgrades;

internal static partial class ZoneUpgradeRules
{
    /// <summary>A slot is free: the phase goes out under a new epoch.</summary>
    /// <param name="known">The highest epoch that is known to have been given for the firstbox before.</param>
    public static Change<ZoneUpgrade> Dispatch(ZoneUpgrade row, long epoch, long known, ZoneContext context)
    {
        if (row.Work != Work.Wanted || row.IsEnded)
            return Change.Of(row);
        var draft = new Draft(row with { Work = Work.Sent, Epoch = epoch, KnownFence = known, LastSequence = 0, WorkerId = null, DispatchedAt = context.Now }, context);
        draft.Audit(Actors.Coordinator, "phase-dispatched", ("phase", row.Phase), ("epoch", $"{epoch}"), ("override-fence", row.OverrideFence ? "true" : null));
        return draft.Done();
    }

    /// <summary>A worker would not take it; nothing was done.</summary>
    public static Change<ZoneUpgrade> Decline(ZoneUpgrade row, PhaseDeclined declined, ZoneContext context)
    {
        if (row.Work != Work.Sent || row.Epoch != declined.Epoch)
            return Change.Of(row);
        var draft = new Draft(row with { Work = Work.Wanted }, context);
        draft.Audit(Actors.Worker(declined.WorkerId), "phase-declined", ("phase", row.Phase), ("epoch", $"{row.Epoch}"), ("reason", declined.Reason.Code));
        draft.Include(Advance(draft.Row, context));
        return draft.Done();
    }

    /// <summary>The holder was not heard of for a full lease: another worker takes over, and finds the execution on the zone.</summary>
    public static Change<ZoneUpgrade> ExpireLease(ZoneUpgrade row, long epoch, ZoneContext context)
    {
        if (row.Work != Work.Accepted || row.Epoch != epoch)
            return Change.Of(row);
        var draft = new Draft(row with { Work = Work.Wanted, Stop = null, LostAt = context.Now }, context);
        draft.Audit(Actors.Coordinator, "lease-expired", ("worker", row.WorkerId), ("epoch", $"{epoch}"), ("phase", row.Phase));
        draft.Include(Advance(draft.Row, context));
        return draft.Done();
    }

    /// <summary>Fleet was restored from a backup: what the zone did since, and who holds it, is not known here. What was out goes out again under an epoch above all that were given.</summary>
    public static Change<ZoneUpgrade> Restore(ZoneUpgrade row, ZoneContext context)
    {
        if (!row.IsDispatched)
            return Change.Of(row with { RecordLost = true });
        var draft = new Draft(row with { RecordLost = true, Work = Work.Wanted, Stop = null }, context);
        draft.Audit(Actors.Coordinator, "dispatch-lost", ("worker", row.WorkerId), ("epoch", $"{row.Epoch}"), ("phase", row.Phase));
        draft.Include(Advance(draft.Row, context));
        return draft.Done();
    }

    /// <summary>One zone is aborted, or the abort becomes more urgent.</summary>
    public static Change<ZoneUpgrade> Abort(ZoneUpgrade row, StopMode mode, string? comment, string actor, ZoneContext context)
    {
        if (row.IsEnded)
            return Change.Refuse(row, Finding.Of("zone-ended-already", ("zone", row.Zone), ("state", Words.Of(row.State))));
        if (row.OwnAbort >= mode)
            return Change.Of(row);
        var draft = new Draft(row with { OwnAbort = mode }, context);
        draft.Audit(actor, "zone-abort", ("mode", Words.Of(mode)), ("comment", comment));
        draft.Include(Advance(draft.Row, context));
        return draft.Done();
    }

    /// <summary>A zone that has not started is left out.</summary>
    public static Change<ZoneUpgrade> Skip(ZoneUpgrade row, string code, string? comment, string actor, ZoneContext context)
    {
        if (row.State == ZoneState.Skipped)
            return Change.Of(row);
        if (row.State != ZoneState.Waiting || row.StartsTaken > 0 || context.Starts > 0)
            return Change.Refuse(row, Finding.Of("zone-started-already", ("zone", row.Zone), ("state", Words.Of(row.State))));
        var draft = new Draft(row, context);
        draft.Audit(actor, code, ("comment", comment));
        draft.HeadFor(ZoneState.Skipped, null, actor);
        SettleEnd(draft);
        return draft.Done();
    }
}
