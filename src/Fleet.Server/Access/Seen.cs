using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Handovers;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Server.Access;

/// <summary>
/// What a caller sees of something that is about several zones: a rollout and a check where any of their zones is in scope, without the others.
/// A question about a whole rollout is seen with the rollout.
/// </summary>
internal static class Seen
{
    /// <returns>Null: none of its zones is in scope.</returns>
    public static RolloutView? Of(RolloutView view, ZoneScope seen) => seen.HasAny(view.Zones.Select(z => z.Name)) ? Part(view, seen) : null;

    /// <summary>Without the zones that are out of scope; also out of its counts.</summary>
    public static RolloutView Part(RolloutView view, ZoneScope seen)
    {
        if (seen.HasAll(view.Zones.Select(z => z.Name)))
            return view;
        List<ZoneUpgradeView> zones = [.. view.Zones.Where(z => seen.Has(z.Name))];
        return view with
        {
            Zones = zones,
            Waves = [.. view.Waves.Select(w => w with { Zones = [.. w.Zones.Where(seen.Has)] })],
            Counts = Count(zones),
        };
    }

    public static async Task<IReadOnlyList<RolloutView>> ListAsync(IRollouts rollouts, ZoneScope seen, CancellationToken cancellationToken)
    {
        var all = await rollouts.ListAsync(cancellationToken);
        if (seen.All)
            return all;
        var zones = await rollouts.ZonesAsync(null, cancellationToken);
        var some = new List<RolloutView>();
        foreach (var rollout in all.Where(r => seen.HasAny(zones.GetValueOrDefault(r.Id, []))))
        {
            if (await rollouts.FindAsync(rollout.Id.ToString(), cancellationToken) is { Ok: true, Value: { } whole })
                some.Add(rollout with { Counts = Part(whole, seen).Counts });
        }

        return some;
    }

    public static CheckView Of(CheckView view, ZoneScope seen) => seen.All ? view : view with { Zones = [.. view.Zones.Where(z => seen.Has(z.Zone))] };

    public static async Task<IReadOnlyList<DecisionView>> OfAsync(IReadOnlyList<DecisionView> decisions, Sight sight, IRollouts rollouts, CancellationToken cancellationToken)
    {
        var seen = await sight.SeenAsync(cancellationToken);
        if (seen.All)
            return decisions;
        var zones = await rollouts.ZonesAsync([.. decisions.Where(d => d.Zone is null).Select(d => d.RolloutId).Distinct()], cancellationToken);
        return [.. decisions.Where(d => d.Zone is { } zone ? seen.Has(zone) : seen.HasAny(zones.GetValueOrDefault(d.RolloutId, [])))];
    }

    public static HandoverView Of(HandoverView view, ZoneScope seen)
    {
        if (seen.All)
            return view;
        List<RolloutView> rollouts = [.. view.Rollouts.Select(r => Of(r, seen)).OfType<RolloutView>()];
        var ids = rollouts.Select(r => r.Id).ToHashSet();
        var names = rollouts.Select(r => r.Name).ToHashSet(StringComparer.Ordinal);
        return view with
        {
            Rollouts = rollouts,
            Decisions = [.. view.Decisions.Where(d => d.Zone is { } zone ? seen.Has(zone) : ids.Contains(d.RolloutId))],
            Guards = [.. view.Guards.Where(g => seen.Has(g.Zone))],
            Debts = [.. view.Debts.Where(d => seen.Has(d.Zone))],
            Deadlines = [.. view.Deadlines
                .Where(d => d.Zones.Count > 0 ? seen.HasAny(d.Zones) : d.Rollout is { } name && names.Contains(name))
                .Select(d => d with { Zones = [.. d.Zones.Where(seen.Has)] })],
        };
    }

    private static ZoneCounts Count(IReadOnlyList<ZoneUpgradeView> zones)
    {
        int Of(ZoneState state) => zones.Count(z => z.State == state);
        return new ZoneCounts
        {
            Waiting = Of(ZoneState.Waiting),
            Running = Of(ZoneState.Running),
            Held = Of(ZoneState.Held),
            Succeeded = Of(ZoneState.Succeeded),
            Failed = Of(ZoneState.Failed),
            Skipped = Of(ZoneState.Skipped),
            Aborted = Of(ZoneState.Aborted),
            Unknown = Of(ZoneState.Unknown),
        };
    }
}
