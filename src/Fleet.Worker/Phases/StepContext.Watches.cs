using Fleet.Worker.Executions;
using Fleet.Worker.Steps;

namespace Fleet.Worker.Phases;

internal sealed partial class StepContext : IWatches
{
    public IWatches Watches => this;

    Task<WatchReply> IWatches.ArmAsync(string watchId, TimeSpan limit, string plan, CancellationToken cancellationToken) =>
        ChangeWatchAsync((runner, ct) => runner.ArmAsync(new ArmWatch { WatchId = watchId, Epoch = scope.Epoch, Limit = limit, Plan = plan }, ct), cancellationToken);

    Task<WatchReply> IWatches.DisarmAsync(string watchId, CancellationToken cancellationToken) =>
        ChangeWatchAsync((runner, ct) => runner.DisarmAsync(watchId, scope.Epoch, ct), cancellationToken);

    Task<WatchReply> IWatches.LookAsync(string watchId, CancellationToken cancellationToken) =>
        LimitedAsync(ct => scope.Link.UseAsync((_, runner) => runner.WatchAsync(watchId, ct), ct), cancellationToken);

    private async Task<WatchReply> ChangeWatchAsync(Func<IRemoteRunner, CancellationToken, Task<WatchReply>> change, CancellationToken cancellationToken)
    {
        if (!_recorded)
            await RecordStartAsync(null, null, null, cancellationToken);
        var reply = await LimitedAsync(async ct =>
        {
            await scope.Lease.WhenHeldAsync(ct);
            return await scope.Link.UseAsync((_, runner) => change(runner, ct), ct);
        }, cancellationToken);
        return reply.Refusal == Refusal.Fenced ? throw new PhaseHoldException(Refusals.Told(reply.Refusal, reply.Detail)) : reply;
    }
}
