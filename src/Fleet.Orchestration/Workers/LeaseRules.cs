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

internal static class LeaseRules
{
    public static LeaseVerdict Judge(LeaseView? row, long epoch, string workerId) => row switch
    {
        null => LeaseVerdict.Lost,
        _ when row.Epoch != epoch => LeaseVerdict.Lost,
        { Work: Work.Sent } => LeaseVerdict.Pending,
        { Work: Work.Accepted } when row.WorkerId == workerId => LeaseVerdict.Renewed,
        _ => LeaseVerdict.Lost,
    };
}
