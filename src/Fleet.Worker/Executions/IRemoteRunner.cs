using System.Text.Json.Serialization;
using Fleet.Contracts;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Executions;

/// <summary>
/// The remote runner on one firstbox: runs a command at most once per execution id, detached, under a PTY, and lets any worker find it again.
/// Verbs that change carry the dispatch's epoch; a lower one than the zone has seen is refused. All answers are values; a broken link throws <see cref="SshLinkException"/>.
/// </summary>
internal interface IRemoteRunner
{
    /// <summary>Uploads the runner's file where it is missing (sha-256 checked, atomic) and raises the zone's fence to this epoch. Refuses as <see cref="AttachZone"/> says.</summary>
    Task<RunnerReply> AttachAsync(AttachZone attach, CancellationToken cancellationToken);

    /// <summary>State of an execution, the boot id, the fence and which execution is active; needs no fence and changes nothing. Also works where no runner was ever installed (absent).</summary>
    Task<ExecutionStatus> StatusAsync(string executionId, CancellationToken cancellationToken);

    /// <summary>What has run on this zone, ended or not, by ids that begin with this prefix and a dot; the rest of each id. Needs a runner that is there (<see cref="AttachAsync"/>).</summary>
    Task<IReadOnlyList<string>> RunsAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Starts at most once and follows in the same exec: output goes to <paramref name="onOutput"/> by offset until the command ends, the link breaks or the token is cancelled.</summary>
    Task<StartReply> StartAsync(StartExecution start, OutputHandler onOutput, CancellationToken cancellationToken);

    /// <summary>Follows from an offset until the command ends; frames are checked, a torn one is read again.</summary>
    Task<ExecutionStatus> FollowAsync(string executionId, long offset, OutputHandler onOutput, CancellationToken cancellationToken);

    Task<AnswerReply> AnswerAsync(string executionId, long epoch, long offset, string text, CancellationToken cancellationToken);

    /// <summary>Signals the whole tree, TERM then KILL after <paramref name="grace"/>; says how many processes are left.</summary>
    Task<CancelReply> CancelAsync(string executionId, long epoch, TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>A person has decided what became of a lost or orphaned execution (or one without a code): it no longer blocks the zone. Recorded on the zone.</summary>
    Task<RunnerReply> ResolveAsync(string executionId, long epoch, string verdict, CancellationToken cancellationToken);

    /// <summary>Removes the log and the answers of an exited execution; its tombstone (command digest, exit) stays.</summary>
    Task<RunnerReply> CleanAsync(string executionId, long epoch, CancellationToken cancellationToken);

    /// <summary>Arms a watch, or renews it where the same is armed.</summary>
    Task<WatchReply> ArmAsync(ArmWatch arm, CancellationToken cancellationToken);

    /// <summary>Somebody of Fleet was there. Arms nothing; a loop that is gone begins again. Needs no attaching, and raises no fence.</summary>
    Task<WatchReply> RenewAsync(string watchId, long epoch, string installation, CancellationToken cancellationToken);

    Task<WatchReply> DisarmAsync(string watchId, long epoch, CancellationToken cancellationToken);

    /// <summary>Where a watch stands; needs no fence and changes nothing.</summary>
    Task<WatchReply> WatchAsync(string watchId, CancellationToken cancellationToken);

    /// <summary>Runs a short script under the zone's lock and fence, for small changes (renames, links, marker moves) that need no detached execution. It must be idempotent.</summary>
    Task<FencedReply> FencedAsync(long epoch, string script, CancellationToken cancellationToken);
}

/// <summary>Output as it comes. <paramref name="offset"/>: bytes printed before this piece. <paramref name="cutBefore"/>: bytes that the zone did not keep right before it.
/// <paramref name="blockedOnRead"/>: the command waits for its terminal right now and has printed nothing since.</summary>
internal delegate ValueTask OutputHandler(long offset, ReadOnlyMemory<byte> bytes, long cutBefore, bool blockedOnRead, CancellationToken cancellationToken);

/// <summary>A dispatch comes to a zone.</summary>
/// <param name="Epoch">A zone that has seen a higher one refuses (<see cref="Refusal.Fenced"/>).</param>
/// <param name="Installation">A folder that names another refuses (<see cref="Refusal.ForeignInstallation"/>)</param>
/// <param name="OverrideFence">… unless a person has let us take it.</param>
/// <param name="KnownFence">A zone that has seen a higher epoch than this, and not this dispatch's own, refuses (<see cref="Refusal.Ahead"/>); null: not asked.</param>
internal sealed record AttachZone(long Epoch, string Installation, bool OverrideFence = false, long? KnownFence = null);

internal sealed record StartExecution
{
    public required string ExecutionId { get; init; }
    public required long Epoch { get; init; }

    /// <summary>As read by <see cref="IRemoteRunner.StatusAsync"/> and recorded before.</summary>
    public required string BootId { get; init; }

    /// <summary>POSIX-sh, run by <c>sh</c> under a PTY. Travels on standard input.</summary>
    public required string Script { get; init; }

    /// <summary>Bytes of output kept on the zone; what is over is drained and counted. 1 MiB … 4 GiB.</summary>
    public long LogLimit { get; init; } = 256L * 1024 * 1024;
}

/// <param name="Exit">Set in state exited; null there: no code was recorded, which is unknown.</param>
/// <param name="Printed">Bytes printed so far.</param>
/// <param name="Kept">Bytes in the log.</param>
/// <param name="LiveProcesses">Counted while it runs and where its end is not known or it was cancelled; else 0.</param>
/// <param name="Active">The execution that the zone is busy with, if any (this or another).</param>
internal sealed record ExecutionStatus(
    ExecutionState State, int? Exit, bool Cancelled, long Printed, long Kept, bool BlockedOnRead, string BootId, long Fence, string? Installation, string? Active, int LiveProcesses)
{
    /// <summary>Output over the limit or on a full disk was not kept, but for its last 64 KiB.</summary>
    public bool Truncated { get; init; }

    /// <summary>It ended and its output was removed (<see cref="IRemoteRunner.CleanAsync"/>), so its step was recorded as done.</summary>
    public bool Cleaned { get; init; }

    /// <summary>What a person decided about an execution whose end is not known; with it the execution no longer blocks the zone.</summary>
    public string? Verdict { get; init; }
}

[JsonConverter(typeof(KebabCaseEnumConverter<ExecutionState>))]
internal enum ExecutionState
{
    Absent,
    Staged,
    Running,
    Exited,

    /// <summary>The supervisor is gone, children live.</summary>
    Orphan,

    /// <summary>Nothing is left and no code was recorded, or the machine was rebooted.</summary>
    Lost,
}

internal enum Refusal
{
    None,
    Fenced,

    /// <summary>The zone has seen an epoch that the sender of this one knows nothing of.</summary>
    Ahead,
    ForeignInstallation,
    Rebooted,
    Busy,
    IdConflict,
    NotRunning,
    DiskFull,
    LockTimeout,
    BadInput,
    Unsupported,

    /// <summary>The supervisor ended before it claimed the execution: nothing ran, the state is staged, it may be started again.</summary>
    NotStarted,
}

/// <param name="Detail">What the runner said: the fence it holds, the busy execution, the missing tool.</param>
internal sealed record RunnerReply(Refusal Refusal, string Detail, ExecutionStatus? Status)
{
    /// <summary>The highest epoch that the zone has seen, where it refused; 0: none, or not told.</summary>
    public long Fence { get; init; }
}

/// <summary>With <see cref="Refusal.None"/>: started now or before, and followed to <see cref="Status"/>.</summary>
internal sealed record StartReply(Refusal Refusal, string Detail, ExecutionStatus Status);

internal enum AnswerState
{
    Applied,

    /// <summary>The log no longer ends at the offset, or the command ended: nothing was given.</summary>
    Stale,
    Conflict,

    /// <summary>Taken, but whether it was written is not known.</summary>
    Unknown,
    Refused,
}

internal sealed record AnswerReply(AnswerState State, bool Duplicate, Refusal Refusal, string Detail);

internal sealed record CancelReply(Refusal Refusal, string Detail, int Left, ExecutionStatus? Status);

internal sealed record FencedReply(Refusal Refusal, string Detail, RemoteResult? Result);
