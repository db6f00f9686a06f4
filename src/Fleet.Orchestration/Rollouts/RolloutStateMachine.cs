using Fleet.Contracts.Rollouts;
using MassTransit;

namespace Fleet.Orchestration.Rollouts;

/// <summary>Which message means what to a rollout. People's steering comes through transactions, not through here.</summary>
internal sealed class RolloutStateMachine : MassTransitStateMachine<RolloutSaga>
{
    public RolloutStateMachine()
    {
        InstanceState(x => x.State);
        Event(() => Due, e => e.CorrelateById(c => c.Message.RolloutId).OnMissingInstance(m => m.Discard()));

        During(Scheduled, When(Due).Evaluate());
        During(WaitingApproval, When(Due).Evaluate());
        During(Running, When(Due).Evaluate());
        During(Paused, When(Due).Evaluate());
        During(Aborting, When(Due).Evaluate());
        foreach (var end in new[] { Succeeded, Failed, Aborted })
            During(end, Ignore(Due));
    }

    public State Scheduled { get; private set; } = null!;
    public State WaitingApproval { get; private set; } = null!;
    public State Running { get; private set; } = null!;
    public State Paused { get; private set; } = null!;
    public State Aborting { get; private set; } = null!;
    public State Succeeded { get; private set; } = null!;
    public State Failed { get; private set; } = null!;
    public State Aborted { get; private set; } = null!;

    public Event<RolloutDue> Due { get; private set; } = null!;
}
