namespace Fleet.Simulation.Checking;

/// <summary>Reads a history and names each promise that it breaks.</summary>
public static class Promises
{
    public static IReadOnlyList<Violation> Check(History history, RunbookShape runbook) =>
    [
        .. OneEffect.Check(history, runbook),
        .. PhaseOrder.Check(history, runbook),
        .. OneUpgrade.Check(history),
        .. Guarded.Check(history),
        .. Limits.Check(history),
        .. Answers.Check(history),
        .. UnknownStays.Check(history),
        .. AuditComplete.Check(history),
        .. Transcripts.Check(history),
        .. Recovery.Check(history),
    ];
}

/// <summary>As much of a runbook as the promises depend on: phases in order with their steps.</summary>
public sealed record RunbookShape(IReadOnlyList<(string Phase, IReadOnlyList<string> Steps)> Phases)
{
    public string? PhaseOf(string step) => Phases.FirstOrDefault(p => p.Steps.Contains(step)).Phase;
}
