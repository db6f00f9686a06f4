using Fleet.Contracts.Guards;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Guards;
using Fleet.Runbooks.Loading;

namespace Fleet.Orchestration.ZoneUpgrades;

internal static partial class ZoneUpgradeRules
{
    /// <summary>What a firstbox said of a guard's dead-man's rule, also after the zone upgrade's end. That the rule released the guard is no release yet: a worker reads it back.</summary>
    public static Change<ZoneUpgrade> TakeRenewal(ZoneUpgrade row, WatchRenewed told, ZoneContext context)
    {
        if (row.GuardsInForce.FirstOrDefault(g => g.Name == told.Guard) is not { Watch: { } watch } guard)
            return Change.Of(row);
        var next = WatchRules.Take(watch, told, context.Now);
        if (next == watch)
            return Change.Of(row);
        var draft = new Draft(row, context);
        draft.Put(guard with { Watch = next });
        TellWatch(draft, Actors.Worker(told.WorkerId), guard, watch, next, told.Revived);
        return draft.Done();
    }

    private static void TellWatch(Draft draft, string actor, GuardState guard, GuardWatch? before, GuardWatch? after, bool revived = false)
    {
        if (after is null)
            return;
        var limit = DurationText.Format(after.Limit);
        if (after.State == GuardWatchState.Armed && before?.State is not (GuardWatchState.Armed or GuardWatchState.Stopped))
            draft.Audit(actor, "watch-armed", ("guard", guard.Name), ("limit", limit));
        else if (revived || (after.State == GuardWatchState.Stopped && before?.State != GuardWatchState.Stopped))
            draft.Audit(actor, "watch-stopped", ("guard", guard.Name));
        else if (after.State == GuardWatchState.Absent && before?.State != GuardWatchState.Absent)
            draft.Audit(actor, "watch-lost", ("guard", guard.Name));
        if (after.Outcome == GuardWatchOutcome.None || (after.Outcome == before?.Outcome && after.Why == before.Why))
            return;
        var code = after.Outcome switch { GuardWatchOutcome.Kept => "watch-kept", GuardWatchOutcome.Released => "watch-released", _ => "watch-released-partly" };
        draft.Audit(actor, code, ("guard", guard.Name), ("nodes", string.Join(", ", guard.Nodes)), ("at", after.OutcomeAt is { } at ? $"{at:u}" : "?"), ("limit", limit), ("why", after.Why ?? "-"));
    }
}
