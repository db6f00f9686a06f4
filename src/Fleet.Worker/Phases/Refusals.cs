using Fleet.Contracts.Decisions;
using Fleet.Worker.Executions;

namespace Fleet.Worker.Phases;

/// <summary>What the runner on the zone refused, told as findings.</summary>
internal static class Refusals
{
    public static Finding Told(Refusal refusal, string detail) => Finding.Of(Code(refusal), ("detail", detail));

    public static string Code(Refusal refusal) => refusal switch
    {
        Refusal.Fenced => "fence-higher",
        Refusal.ForeignInstallation => "fence-foreign-installation",
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
