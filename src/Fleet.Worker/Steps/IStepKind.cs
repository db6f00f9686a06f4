using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Worker.Executions;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Steps;

/// <summary>How steps of one kind are carried out. One folder each; registered by name in <c>StepKinds</c>. Stateless: all that it needs is in the context.</summary>
internal interface IStepKind
{
    string Name { get; }

    Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken);
}

/// <summary>What a step kind sees and may do. The engine behind it owns tickets, the record and the transcript.</summary>
internal interface IStepContext
{
    ExecutePhase Command { get; }
    Runbook Runbook { get; }
    Phase Phase { get; }
    Step Step { get; }

    /// <summary>1 and up.</summary>
    int Attempt { get; }

    /// <summary>What people chose for this step (<c>choice</c>, <c>nodes</c>, <c>items</c>, <c>from</c>, <c>by</c>, <c>comment</c>); empty on the first attempt.</summary>
    IReadOnlyDictionary<string, string> Parameters { get; }

    /// <summary>Facts of earlier steps, this dispatch's included.</summary>
    IReadOnlyDictionary<string, string> Facts { get; }

    DateTimeOffset Now { get; }

    /// <summary>The guard of this name as the record has it; null: never set.</summary>
    GuardState? Guard(string name);

    /// <summary>For reads: no fence, allowed beside an active execution. Reconnects by itself.</summary>
    Task<RemoteResult> ReadAsync(string script, CancellationToken cancellationToken);

    /// <summary>Replaces <c>${paths.x}</c> and <c>${facts.x}</c>, each value quoted for sh.</summary>
    string Expand(string command);

    /// <summary>A setting of the runbook, raw.</summary>
    string Setting(string name);

    /// <summary>Records the start (committed before anything happens), then runs the script under the remote runner to its end, streaming the transcript and handling prompts by the step's rules.
    /// <paramref name="part"/> names one of several executions of one step; each part is run at most once per attempt.</summary>
    Task<ExecutionOutcome> ExecuteAsync(string script, CancellationToken cancellationToken, string part = "main", GuardState? guard = null);

    /// <summary>Records the start, then makes a small idempotent change under the zone's lock and fence.</summary>
    Task<FencedReply> ChangeAsync(string script, CancellationToken cancellationToken, GuardState? guard = null);

    /// <summary>The dead-man's rules of this zone upgrade's guards on the firstbox.</summary>
    IWatches Watches { get; }

    /// <summary>Uploads the rollout's package to a part file on the firstbox with resume, and gives it its final name after its digest was verified there.</summary>
    Task<UploadOutcome> UploadPackageAsync(string remotePath, CancellationToken cancellationToken);

    /// <summary>Waits without holding anything; cancelled with the step.</summary>
    Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken);

    void Progress(string what, long? done = null, long? total = null);
}

/// <param name="End">How the execution ended.</param>
/// <param name="ExitCode">Its code; null unless exited with one.</param>
/// <param name="Tail">The last 256 KiB that it printed, decoded.</param>
/// <param name="AlreadyRan">It had ended before this dispatch looked.</param>
/// <param name="Prompts">Prompts that were answered, in order, as far as this step's record knows.</param>
internal sealed record ExecutionOutcome(
    ExecutionEnd End, int? ExitCode, string Tail, long Printed, bool AlreadyRan, DateTimeOffset StartedAt, IReadOnlyList<AnsweredPrompt> Prompts, Finding? Problem = null);

internal enum ExecutionEnd
{
    Exited,

    /// <summary>The step's limit passed; it still runs.</summary>
    TimedOut,

    /// <summary>Cancelled as asked; processes may be left (see Problem).</summary>
    Cancelled,

    /// <summary>Lost, orphaned, without a code, or absent though the record says that it was started.</summary>
    Unknown,

    /// <summary>The runner refused (fenced, busy, rebooted, disk full): it did not start.</summary>
    Refused,
}

internal sealed record AnsweredPrompt(string? Rule, string? Component, string Text, string Answer);

internal sealed record UploadOutcome(bool Ok, bool AlreadyThere, long Bytes, Finding? Problem);

/// <summary>A step's verdict and what was learned.</summary>
internal sealed record StepResult
{
    public required StepOutcome Outcome { get; init; }
    public bool AlreadyDone { get; init; }
    public int? ExitCode { get; init; }
    public IReadOnlyList<Finding> Findings { get; init; } = [];
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();
    public GuardState? Guard { get; init; }
    public IReadOnlyList<Debt> Debts { get; init; } = [];
    public IReadOnlyList<VerifiedBackup> Backups { get; init; } = [];

    /// <summary>Not succeeded and set: ask this. Not set: the engine asks the usual question for the outcome (failed-step, timed-out, unknown-outcome).</summary>
    public DecisionRequest? Decision { get; init; }

    /// <summary>The zone must not be upgraded: ends failed without a question.</summary>
    public bool EndsZone { get; init; }

    /// <summary>Nothing is left to do on this zone: it is at the target.</summary>
    public bool AlreadyThere { get; init; }

    public static StepResult Succeeded(params IReadOnlyList<Finding> findings) => new() { Outcome = StepOutcome.Succeeded, Findings = findings };

    public static StepResult Failed(Finding reason, params IReadOnlyList<Finding> more) => new() { Outcome = StepOutcome.Failed, Findings = [reason, .. more] };

    public static StepResult Ends(Finding reason) => new() { Outcome = StepOutcome.Failed, Findings = [reason], EndsZone = true };

    public static StepResult Asks(DecisionRequest decision, params IReadOnlyList<Finding> findings) => new() { Outcome = StepOutcome.Failed, Findings = [decision.Question, .. findings], Decision = decision };
}
