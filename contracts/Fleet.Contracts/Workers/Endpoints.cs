namespace Fleet.Contracts.Workers;

/// <summary>Queue names, the same on every transport.</summary>
public static class Endpoints
{
    public const string ZoneUpgrades = "fleet-zone-upgrades";
    public const string Rollouts = "fleet-rollouts";
    public const string Workers = "fleet-workers";
    public const string Checks = "fleet-checks";
    public const string Guards = "fleet-guards";
    public const string Transcripts = "fleet-transcripts";

    public static string Pool(string pool) => $"fleet-pool-{pool}";

    public static string Worker(string workerId) => $"fleet-worker-{workerId}";
}
