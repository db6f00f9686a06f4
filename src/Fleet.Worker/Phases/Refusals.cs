using Fleet.Contracts.Decisions;
using Fleet.Worker.Executions;

namespace Fleet.Worker.Phases;

/// <summary>What the runner on the zone refused, told as findings.</summary>
internal static class Refusals
{
    /// <param name="fence">Where another installation's folder refused: the highest epoch seen there.</param>
    /// <param name="known">Where the zone is ahead: the highest epoch that Fleet knows of.</param>
    public static Finding Told(Refusal refusal, string detail, long fence = 0, long? known = null) => refusal switch
    {
        Refusal.Ahead => Finding.Of(Code(refusal), ("detail", detail), (FenceFindings.Fence, detail), ("known", $"{known}")),
        Refusal.Fenced => Finding.Of(Code(refusal), ("detail", detail), (FenceFindings.Fence, detail)),
        Refusal.ForeignInstallation => Finding.Of(Code(refusal), ("detail", detail), (FenceFindings.Fence, $"{fence}")),
        _ => Finding.Of(Code(refusal), ("detail", detail)),
    };

    public static string Code(Refusal refusal) => refusal switch
    {
        Refusal.Fenced => FenceFindings.Higher,
        Refusal.Ahead => FenceFindings.Ahead,
        Refusal.ForeignInstallation => FenceFindings.ForeignInstallation,
        Refusal.Rebooted => "zone-rebooted",
        Refusal.Busy => "zone-busy",
        Refusal.IdConflict => "execution-id-conflict",
        Refusal.NotRunning => "execution-not-running",
        Refusal.DiskFull => "zone-disk-full",
        Refusal.LockTimeout => "zone-lock-timeout",
        Refusal.Unsupported => "zone-unsupported",
        _ => "runner-bad-input",
    };
}
