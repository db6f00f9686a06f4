namespace Fleet.Worker.Phases;

internal enum DispatchAction
{
    Take,

    /// <summary>A higher epoch for a zone upgrade in hand: the old run stops touching the zone, the new one goes on in its slot.</summary>
    Adopt,

    /// <summary>The same again: its reports answer it.</summary>
    Same,

    /// <summary>Older than what this worker has seen of the zone upgrade.</summary>
    Stale,
    DeclineContract,
    DeclineFull,
    DeclineDraining,
}

/// <summary>What to do with a command, by what this worker holds.</summary>
internal static class DispatchRules
{
    /// <param name="held">The epoch in hand for the zone upgrade.</param>
    /// <param name="seen">The highest epoch that this worker has finished or lost for it.</param>
    public static DispatchAction Decide(int contract, int known, long epoch, long? held, long? seen, int freeSlots, bool draining)
    {
        if (contract > known)
            return DispatchAction.DeclineContract;
        if (held == epoch)
            return DispatchAction.Same;
        if (held > epoch || seen >= epoch)
            return DispatchAction.Stale;
        if (draining)
            return DispatchAction.DeclineDraining;
        if (held is not null)
            return DispatchAction.Adopt;
        return freeSlots > 0 ? DispatchAction.Take : DispatchAction.DeclineFull;
    }
}
