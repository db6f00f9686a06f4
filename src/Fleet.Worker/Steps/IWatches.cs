using Fleet.Worker.Executions;

namespace Fleet.Worker.Steps;

/// <summary>What a step may do with the dead-man's rules on the firstbox: under the zone's lock and fence, each harmless when it is done twice.</summary>
internal interface IWatches
{
    Task<WatchReply> ArmAsync(string watchId, TimeSpan limit, string plan, CancellationToken cancellationToken);

    Task<WatchReply> DisarmAsync(string watchId, CancellationToken cancellationToken);

    /// <summary>Changes nothing.</summary>
    Task<WatchReply> LookAsync(string watchId, CancellationToken cancellationToken);
}
