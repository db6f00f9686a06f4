using Fleet.Contracts;
using Fleet.Contracts.Checks;
using Fleet.Contracts.Workers;
using Fleet.Orchestration.Zones;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Checks;

/// <summary>A check is owed to its zone's pool until it has ended.</summary>
internal static class ChecksOwed
{
    public static OwedMessage Of(ZoneCheck check, InventoryZone zone) => new($"{check.Id:N}/check", Endpoints.Pool(zone.Pool), new CheckZone
    {
        Contract = ContractNumber.Current,
        ZoneCheckId = check.Id,
        Zone = check.Zone,
        Connection = zone.Connection,
        Traits = zone.Traits,
        Runbook = check.Runbook,
        Package = check.Package,
    });
}
