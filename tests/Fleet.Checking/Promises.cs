namespace Fleet.Checking;

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
        .. UnknownStays.Check(history, runbook),
        .. AuditComplete.Check(history),
        .. DispatchesTold.Check(history),
        .. Transcripts.Check(history),
        .. Recovery.Check(history),
    ];
}
