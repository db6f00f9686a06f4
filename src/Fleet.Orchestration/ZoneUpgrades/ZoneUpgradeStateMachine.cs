using Fleet.Contracts.Phases;
using Fleet.Contracts.ZoneUpgrades;
using MassTransit;

namespace Fleet.Orchestration.ZoneUpgrades;

/// <summary>Which message means what to a zone upgrade. The state follows the row that a verb's rule decided.</summary>
internal sealed class ZoneUpgradeStateMachine : MassTransitStateMachine<ZoneUpgradeSaga>
{
    public ZoneUpgradeStateMachine()
    {
        InstanceState(x => x.State);
        Event(() => Start, e => e.CorrelateById(c => c.Message.ZoneUpgradeId).OnMissingInstance(m => m.Discard()));
        Event(() => Due, e => e.CorrelateById(c => c.Message.ZoneUpgradeId).OnMissingInstance(m => m.Discard()));
        Event(() => Declined, e => e.CorrelateById(c => c.Message.ZoneUpgradeId).OnMissingInstance(m => m.Discard()));
        Reports();

        During(Waiting, When(Start).LookAgain(), When(Due).LookAgain(), Ignore(Declined));
        During(Running, When(Due).LookAgain(), When(Declined).Decline(), Ignore(Start));
        During(Held, When(Due).LookAgain(), When(Declined).Decline(), Ignore(Start));
        foreach (var end in new[] { Succeeded, Failed, Skipped, Aborted, Unknown })
            During(end, Ignore(Start), Ignore(Due), Ignore(Declined));

        // A report has an answer in every state: whoever sends it must learn that it is recorded, or that the zone is no longer his.
        DuringAny(
            When(PhaseAccepted).Record(),
            When(StepStarting).Record(),
            When(StepProgressed).Record(),
            When(StepFinished).Record(),
            When(PromptRaised).Record(),
            When(PromptAnswered).Record(),
            When(PromptWithdrawn).Record(),
            When(PhaseSucceeded).Record(),
            When(PhaseHeld).Record(),
            When(PhaseFailed).Record(),
            When(PhaseStopped).Record());
    }

    public State Waiting { get; private set; } = null!;
    public State Running { get; private set; } = null!;
    public State Held { get; private set; } = null!;
    public State Succeeded { get; private set; } = null!;
    public State Failed { get; private set; } = null!;
    public State Skipped { get; private set; } = null!;
    public State Aborted { get; private set; } = null!;
    public State Unknown { get; private set; } = null!;

    public Event<StartZoneUpgrade> Start { get; private set; } = null!;
    public Event<ZoneUpgradeDue> Due { get; private set; } = null!;
    public Event<PhaseDeclined> Declined { get; private set; } = null!;
    public Event<PhaseAccepted> PhaseAccepted { get; private set; } = null!;
    public Event<StepStarting> StepStarting { get; private set; } = null!;
    public Event<StepProgressed> StepProgressed { get; private set; } = null!;
    public Event<StepFinished> StepFinished { get; private set; } = null!;
    public Event<PromptRaised> PromptRaised { get; private set; } = null!;
    public Event<PromptAnswered> PromptAnswered { get; private set; } = null!;
    public Event<PromptWithdrawn> PromptWithdrawn { get; private set; } = null!;
    public Event<PhaseSucceeded> PhaseSucceeded { get; private set; } = null!;
    public Event<PhaseHeld> PhaseHeld { get; private set; } = null!;
    public Event<PhaseFailed> PhaseFailed { get; private set; } = null!;
    public Event<PhaseStopped> PhaseStopped { get; private set; } = null!;

    private void Reports()
    {
        Event(() => PhaseAccepted, e => e.CorrelateById(c => c.Message.ZoneUpgradeId).OnMissingInstance(m => m.Discard()));
        Event(() => StepStarting, e => e.CorrelateById(c => c.Message.ZoneUpgradeId).OnMissingInstance(m => m.Discard()));
        Event(() => StepProgressed, e => e.CorrelateById(c => c.Message.ZoneUpgradeId).OnMissingInstance(m => m.Discard()));
        Event(() => StepFinished, e => e.CorrelateById(c => c.Message.ZoneUpgradeId).OnMissingInstance(m => m.Discard()));
        Event(() => PromptRaised, e => e.CorrelateById(c => c.Message.ZoneUpgradeId).OnMissingInstance(m => m.Discard()));
        Event(() => PromptAnswered, e => e.CorrelateById(c => c.Message.ZoneUpgradeId).OnMissingInstance(m => m.Discard()));
        Event(() => PromptWithdrawn, e => e.CorrelateById(c => c.Message.ZoneUpgradeId).OnMissingInstance(m => m.Discard()));
        Event(() => PhaseSucceeded, e => e.CorrelateById(c => c.Message.ZoneUpgradeId).OnMissingInstance(m => m.Discard()));
        Event(() => PhaseHeld, e => e.CorrelateById(c => c.Message.ZoneUpgradeId).OnMissingInstance(m => m.Discard()));
        Event(() => PhaseFailed, e => e.CorrelateById(c => c.Message.ZoneUpgradeId).OnMissingInstance(m => m.Discard()));
        Event(() => PhaseStopped, e => e.CorrelateById(c => c.Message.ZoneUpgradeId).OnMissingInstance(m => m.Discard()));
    }
}
