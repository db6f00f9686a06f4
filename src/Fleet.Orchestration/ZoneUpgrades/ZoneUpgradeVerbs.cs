using Fleet.Contracts.Phases;
using Fleet.Contracts.Workers;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.Workers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Orchestration.ZoneUpgrades;

/// <summary>The verbs of the state machine: each asks a rule and writes down what it decided; the repository saves and sends.</summary>
internal static class ZoneUpgradeVerbs
{
    public static EventActivityBinder<ZoneUpgradeSaga, T> LookAgain<T>(this EventActivityBinder<ZoneUpgradeSaga, T> binder)
        where T : class =>
        binder.ThenAsync(c => DecideAsync(c, ZoneUpgradeRules.Advance));

    /// <summary>A report is taken, and its sender told what became of it.</summary>
    public static EventActivityBinder<ZoneUpgradeSaga, T> Record<T>(this EventActivityBinder<ZoneUpgradeSaga, T> binder)
        where T : class, IPhaseReport =>
        binder.ThenAsync(async c =>
        {
            var reply = await DecideAsync(c, (row, context) => ZoneUpgradeRules.Report(row, c.Message, context));
            var to = Endpoints.Worker(c.Message.WorkerId);
            if (reply == ReportReply.Recorded)
                c.GetPayload<Outgoing>().Send("recorded", to, new PhaseReportsRecorded(c.Saga.CorrelationId, c.Message.Epoch, c.Saga.Row.RecordedOf(c.Message.Epoch)));
            else if (reply == ReportReply.Lost)
                c.GetPayload<Outgoing>().Send("lost", to, new HeartbeatRecorded(c.Message.WorkerId, 0, [], [new LeaseRenewal(c.Saga.CorrelationId, c.Message.Epoch)]));
        });

    public static EventActivityBinder<ZoneUpgradeSaga, PhaseDeclined> Decline(this EventActivityBinder<ZoneUpgradeSaga, PhaseDeclined> binder) =>
        binder.ThenAsync(async c =>
        {
            // It has no slot whatever its last beat said; the next one tells.
            if (await c.GetPayload<FleetDbContext>().Workers.FindAsync([c.Message.WorkerId], c.CancellationToken) is { } worker)
                worker.FreeSlots = 0;
            await DecideAsync(c, (row, context) => ZoneUpgradeRules.Decline(row, c.Message, context));
        });

    private static async Task<ReportReply> DecideAsync<T>(BehaviorContext<ZoneUpgradeSaga, T> context, Func<ZoneUpgrade, ZoneContext, Change<ZoneUpgrade>> decide)
        where T : class
    {
        var unit = context.GetPayload<IServiceProvider>().GetRequiredService<ZoneUpgradeUnit>();
        var decided = await unit.DecideAsync(context.GetPayload<FleetDbContext>(), context.Saga, decide, context.CancellationToken);
        context.GetPayload<Outgoing>().Add(decided.Outgoing);
        return decided.Change.Reply;
    }
}
