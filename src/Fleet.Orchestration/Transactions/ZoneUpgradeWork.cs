using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Rollouts;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.Transactions;

/// <summary>What stands around a rule on a zone upgrade: what it sees, the dispatch that may follow it, what is told after the commit. Pure: the unit only reads and writes.</summary>
internal static class ZoneUpgradeWork
{
    public static ZoneContext Context(ZoneUpgrade row, Rollout rollout, ZoneTraits? traits, bool taken, Runbook runbook, DateTimeOffset now, Func<string, bool, Finding?>? closedFor = null) => new()
    {
        Now = now,
        Runbook = runbook,
        Traits = traits ?? new() { ZoneIds = [] },
        Rollout = RolloutRules.StanceOf(rollout, rollout.Zones.FirstOrDefault(z => z.ZoneUpgradeId == row.Id)),
        Taken = taken,
        ClosedFor = closedFor ?? ((_, _) => null),
        Until = rollout.Until,
        AnswersInAdvance = rollout.AnswersInAdvance,
        Unanswered = rollout.Strategy.Unanswered,
        TimeLimit = rollout.Strategy.ZoneTimeLimit,
        Starts = rollout.Zones.FirstOrDefault(z => z.ZoneUpgradeId == row.Id)?.Starts ?? 0,
    };

    /// <summary>
    /// The phase goes out where the firstbox is this zone upgrade's, or nobody's, and a slot is free. It is nobody's where a kept guard is to be released after the end:
    /// a retry that was aborted before the rollout started it.
    /// </summary>
    /// <param name="holder">Whose the firstbox is; whoever gets an epoch from here holds it.</param>
    /// <param name="epoch">The firstbox's counter.</param>
    /// <param name="first">The installation's first epoch: a restored store may have lost any below it.</param>
    /// <returns>The counter as it is to be written; the same where nothing goes out.</returns>
    public static (Change<ZoneUpgrade> Change, long Epoch) Dispatch(Change<ZoneUpgrade> change, Guid? holder, long epoch, long first, Func<int> freeSlots, ZoneContext context)
    {
        if (change.Row.Work != Work.Wanted || IsAnothers(holder, change.Row.Id) || freeSlots() == 0)
            return (change, epoch);
        // Never below what this row has had: the firstbox may have moved to another address. Nor below what its zone has seen.
        var known = Math.Max(Math.Max(epoch, change.Row.Epoch), change.Row.AboveFence);
        var next = Math.Max(known + 1, first);
        return (change.Then(row => ZoneUpgradeRules.Dispatch(row, next, known, context)), next);
    }

    /// <summary>The firstbox is held by another zone upgrade.</summary>
    public static bool IsAnothers(Guid? holder, Guid zoneUpgrade) => (holder ?? zoneUpgrade) != zoneUpgrade;

    /// <param name="from">Null: the zone is no longer in the inventory, and nothing can be sent to it.</param>
    public static Outgoing Tell(ZoneUpgrade before, ZoneUpgrade after, OwedFrom? from)
    {
        var outgoing = new Outgoing();
        if (from is not null)
        {
            var known = Owed.Of(before, from).Select(o => o.Key).ToHashSet();
            outgoing.Sends.AddRange(Owed.Of(after, from).Where(o => !known.Contains(o.Key)));
        }

        if (before.IsEnded != after.IsEnded || before.CountsAsFailure != after.CountsAsFailure || before.ReachedUntil != after.ReachedUntil)
            outgoing.Publish(new RolloutDue(after.RolloutId));
        return outgoing;
    }

    /// <summary>A failure spends the rollout's budget in the moment of its commit: a start that was decided without it must not be committed after it.</summary>
    public static bool SpendsBudget(ZoneUpgrade before, ZoneUpgrade after) => after.CountsAsFailure && !before.CountsAsFailure;

    /// <summary>Whoever waits longest for a slot may have this one.</summary>
    public static bool FreesSlot(ZoneUpgrade before, ZoneUpgrade after) => before.IsDispatched && !after.IsDispatched;
}
