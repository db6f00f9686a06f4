namespace Fleet.Contracts.Decisions;

/// <summary>The names of the choices; they mean the same in every kind of decision.</summary>
public static class Choices
{
    public const string Yes = "yes";
    public const string No = "no";
    public const string Abort = "abort";
    public const string Retry = "retry";
    public const string Ignore = "ignore";
    public const string MarkDone = "mark-done";
    public const string Fail = "fail";
    public const string CheckAgain = "check-again";
    public const string Quarantine = "quarantine";
    public const string Leave = "leave";
    public const string MoveOut = "move-out";
    public const string Continue = "continue";
    public const string Release = "release";
    public const string Keep = "keep";
    public const string Ours = "ours";
    public const string Theirs = "theirs";
    public const string TrustZone = "trust-zone";
    public const string TrustInventory = "trust-inventory";
    public const string Done = "done";
    public const string NotApplicable = "not-applicable";
    public const string Defer = "defer";
    public const string Approve = "approve";
    public const string Reject = "reject";
    public const string GoOn = "go-on";
    public const string Stop = "stop";
}
