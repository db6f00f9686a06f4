using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Probes;

namespace Fleet.Worker.Redaction;

/// <summary>What of each message is text that a zone, a library or a person may have brought in. Names and ids that decide something stay as they are.</summary>
internal static class ToldRedaction
{
    public static IPhaseReport Report(this ZoneRedaction redaction, IPhaseReport report) => report switch
    {
        StepProgressed progressed => progressed with { What = redaction.Text(progressed.What), Trouble = redaction.OrNull(progressed.Trouble) },
        StepFinished finished => finished with
        {
            Findings = redaction.Findings(finished.Findings),
            Facts = redaction.Values(finished.Facts),
            Debts = [.. finished.Debts.Select(d => d with { Reason = redaction.Text(d.Reason) })],
        },
        PhaseHeld held => held with { Decision = redaction.Decision(held.Decision) },
        PhaseFailed failed => failed with { Reason = redaction.Finding(failed.Reason) },
        PhaseStopped stopped => stopped with { Findings = redaction.Findings(stopped.Findings) },
        PromptRaised raised => raised with { Text = redaction.Text(raised.Text), Context = redaction.Lines(raised.Context) },
        _ => report,
    };

    public static ZoneChecked Checked(this ZoneRedaction redaction, ZoneChecked result) => result with
    {
        Stages = redaction.Stages(result.Stages),
        Steps = [.. result.Steps.Select(s => s with { Findings = redaction.Findings(s.Findings) })],
        Facts = redaction.Values(result.Facts),
    };

    public static FirstboxProbed Probed(this ZoneRedaction redaction, FirstboxProbed probed) => probed with { Stages = redaction.Stages(probed.Stages), Facts = redaction.Values(probed.Facts), Remarks = redaction.Findings(probed.Remarks) };

    private static DecisionRequest Decision(this ZoneRedaction redaction, DecisionRequest decision) =>
        decision with { Question = redaction.Finding(decision.Question), Items = [.. decision.Items.Select(i => i with { Text = redaction.Text(i.Text) })] };

    private static Finding? OrNull(this ZoneRedaction redaction, Finding? finding) => finding is null ? null : redaction.Finding(finding);

    private static IReadOnlyList<ProbeStage> Stages(this ZoneRedaction redaction, IReadOnlyList<ProbeStage> stages) => [.. stages.Select(s => s with { Problem = redaction.OrNull(s.Problem) })];
}
