using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Orchestration.Rollouts;

internal static class RolloutVerbs
{
    /// <summary>Which zones may start now, and whether waves or the rollout have ended.</summary>
    public static EventActivityBinder<RolloutSaga, T> Evaluate<T>(this EventActivityBinder<RolloutSaga, T> binder)
        where T : class =>
        binder.ThenAsync(async c =>
        {
            var unit = c.GetPayload<IServiceProvider>().GetRequiredService<RolloutUnit>();
            var decided = await unit.DecideAsync(c.GetPayload<FleetDbContext>(), c.Saga, RolloutRules.Evaluate, c.CancellationToken);
            c.GetPayload<Outgoing>().Add(decided.Outgoing);
        });
}
