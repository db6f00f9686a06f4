namespace Fleet.Orchestration.Transactions;

/// <summary>Exchanges, not queues: sending to a quorum queue by its name would declare it again as a classic one.</summary>
internal static class Addresses
{
    private const string WorkerPrefix = "fleet-worker-";

    /// <summary>A worker's own queue goes with the worker; its exchange must be declared alike.</summary>
    public static Uri Of(string queue) => new(queue.StartsWith(WorkerPrefix, StringComparison.Ordinal) ? $"exchange:{queue}?temporary=true" : $"exchange:{queue}");
}
