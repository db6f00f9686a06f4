using System.Text.Json;
using Fleet.Orchestration;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Checking;

/// <summary>Turns documents of the store's column <c>Row</c>, in the order of their commits, into the rows of a history.</summary>
public sealed class StoredRows
{
    private readonly Dictionary<Guid, ZoneUpgrade> _zones = [];
    private readonly Dictionary<Guid, Rollout> _rollouts = [];

    /// <exception cref="JsonException">It is no zone upgrade's document.</exception>
    public ZoneRow ZoneUpgrade(string document, DateTimeOffset at)
    {
        var row = Json.Read<ZoneUpgrade>(document);
        _zones[row.Id] = row;
        return Rows.Of(row, at, 0);
    }

    /// <exception cref="JsonException">It is no rollout's document.</exception>
    public RolloutRow Rollout(string document, DateTimeOffset at)
    {
        var row = Json.Read<Rollout>(document);
        var standings = row.Zones.ToDictionary(z => z.ZoneUpgradeId, z => Standing(_zones.GetValueOrDefault(z.ZoneUpgradeId)));
        var started = _rollouts.TryGetValue(row.Id, out var before) ? RolloutWork.Started(before, row) : [];
        _rollouts[row.Id] = row;
        return Rows.Of(row, at, started, standings);
    }

    private static ZoneStanding Standing(ZoneUpgrade? row) => new() { State = row?.State ?? ZoneState.Waiting, StartsTaken = row?.StartsTaken ?? 0, CountsAsFailure = row?.CountsAsFailure ?? false };
}
