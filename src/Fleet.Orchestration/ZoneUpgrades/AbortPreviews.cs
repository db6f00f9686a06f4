using Fleet.Contracts.Phases;
using Fleet.Orchestration.Rollouts;

namespace Fleet.Orchestration.ZoneUpgrades;

/// <summary>What an abort would make of a zone. Pure: the abort's own rule is asked, and its answer thrown away.</summary>
internal static class AbortPreviews
{
    public static ZoneAbortPreview Of(ZoneUpgrade row, StopMode mode, ZoneContext context)
    {
        var after = row.IsEnded ? row : ZoneUpgradeRules.Abort(row with { OwnAbort = null }, mode, null, Actors.Coordinator, context).Row;
        var effect = EffectOf(row, after, mode);
        var becomes = BecomesOf(row, after, effect);
        return new ZoneAbortPreview
        {
            Zone = row.Zone,
            State = row.State,
            Phase = row.Phase,
            Step = row.Step,
            Effect = effect,
            Becomes = becomes,
            BetweenVersions = !row.IsEnded && ZoneUpgradeRules.PackagesBegun(row, context.Runbook),
            Guards = [.. row.GuardsInForce.Select(g => new GuardAbortPreview(g.Name, g.Nodes, EffectOf(row, g, becomes, context)))],
            // On the way to an end only the guard's question is open, and it stays so.
            Withdrawn = row.IsEnded || row.Ending is not null ? 0 : row.Decisions.Count(d => d.AwaitsPerson),
        };
    }

    private static AbortEffect EffectOf(ZoneUpgrade row, ZoneUpgrade after, StopMode mode) => row switch
    {
        { IsEnded: true } => AbortEffect.HasEnded,
        { State: ZoneState.Waiting, StartsTaken: 0 } => AbortEffect.NeverBegins,
        _ when after.IsEnded || after.Ending is not null => AbortEffect.Ends,
        _ when after.Stop is not null => mode == StopMode.AbortNow ? AbortEffect.IsKilled : AbortEffect.StopsAtSafePoint,
        _ => AbortEffect.IsLookedAfter,
    };

    private static ZoneState BecomesOf(ZoneUpgrade row, ZoneUpgrade after, AbortEffect effect) => effect switch
    {
        AbortEffect.HasEnded => row.State,
        _ when after.IsEnded => after.State,
        _ when after.Ending is { } ending => ending.State,
        // What is killed in mid-work has left the nodes as nobody knows; between two steps there is nothing to kill.
        AbortEffect.IsKilled when ZoneUpgradeRules.RunsSomething(row) => ZoneState.Unknown,
        _ => ZoneState.Aborted,
    };

    private static GuardEffect EffectOf(ZoneUpgrade row, GuardState guard, ZoneState becomes, ZoneContext context)
    {
        if (row.IsEnded || row.KeptGuards.ContainsKey(guard.Name))
            return GuardEffect.IsKept;
        return ZoneUpgradeRules.PackagesBegun(row, context.Runbook) || row.Ending is { ReleaseTried: true } || becomes == ZoneState.Unknown ? GuardEffect.IsAsked : GuardEffect.IsReleased;
    }
}
