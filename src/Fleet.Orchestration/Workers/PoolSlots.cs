using Fleet.Contracts.Workers;

namespace Fleet.Orchestration.Workers;

/// <param name="Id">The worker.</param>
/// <param name="FreeSlots">As it last reported.</param>
/// <param name="Holds">What it held then.</param>
internal sealed record PoolWorker(string Id, int FreeSlots, bool Draining, IReadOnlyList<HeldPhase> Holds);

/// <summary>A dispatch that is out.</summary>
/// <param name="WorkerId">Null: accepted by none yet.</param>
internal sealed record PoolDispatch(Guid ZoneUpgradeId, long Epoch, string? WorkerId);

/// <summary>How many phases a pool can take now: what its workers reported free, corrected by what began and ended since.</summary>
internal static class PoolSlots
{
    public static int Free(IReadOnlyList<PoolWorker> workers, IReadOnlyList<PoolDispatch> dispatches)
    {
        var free = 0;
        foreach (var worker in workers.Where(w => !w.Draining))
        {
            var mine = dispatches.Where(d => d.WorkerId == worker.Id).Select(d => d.ZoneUpgradeId).ToHashSet();
            var held = worker.Holds.Select(h => h.ZoneUpgradeId).ToHashSet();
            free += Math.Max(0, worker.FreeSlots + held.Count(h => !mine.Contains(h)) - mine.Count(m => !held.Contains(m)));
        }

        return Math.Max(0, free - dispatches.Count(d => d.WorkerId is null));
    }
}
