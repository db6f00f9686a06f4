using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Workers;

/// <summary>A zone upgrade's row as far as leases depend on it.</summary>
internal sealed record LeaseView(Guid ZoneUpgradeId, long Epoch, Work Work, string? WorkerId);

internal enum LeaseVerdict
{
    Renewed,

    /// <summary>Its acceptance is not recorded yet: neither renewed nor lost.</summary>
    Pending,
    Lost,
}

internal enum LeaseChange
{
    None,
    Give,
    Remove,
}

internal static class LeaseRules
{
    /// <summary>A worker that has taken a dispatch has a lease, from its acceptance until the dispatch ends.</summary>
    public static LeaseChange After(ZoneUpgrade before, ZoneUpgrade after)
    {
        var held = before is { Work: Work.Accepted } ? before.Epoch : (long?)null;
        var holds = after is { Work: Work.Accepted } ? after.Epoch : (long?)null;
        return held == holds ? LeaseChange.None : holds is null ? LeaseChange.Remove : LeaseChange.Give;
    }

    public static LeaseVerdict Judge(LeaseView? row, long epoch, string workerId) => row switch
    {
        null => LeaseVerdict.Lost,
        _ when row.Epoch != epoch => LeaseVerdict.Lost,
        { Work: Work.Sent } => LeaseVerdict.Pending,
        { Work: Work.Accepted } when row.WorkerId == workerId => LeaseVerdict.Renewed,
        _ => LeaseVerdict.Lost,
    };
}
