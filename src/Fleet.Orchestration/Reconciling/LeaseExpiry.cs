namespace Fleet.Orchestration.Reconciling;

internal static class LeaseExpiry
{
    /// <summary>An outage of ours must not look like the death of all workers: a full lease has to pass from when we began to listen.</summary>
    /// <param name="quiet">The lease; zero where workers cannot outlive us.</param>
    /// <param name="leaderSince">Null: we do not lead.</param>
    /// <param name="brokerSince">Null: the broker is away.</param>
    public static bool MayExpire(DateTimeOffset? leaderSince, DateTimeOffset? brokerSince, TimeSpan quiet, DateTimeOffset now) =>
        leaderSince is { } leader && brokerSince is { } broker && now - leader >= quiet && now - broker >= quiet;
}
