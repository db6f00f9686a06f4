namespace Fleet.Orchestration.Traces;

/// <summary>Names of spans and of what they say, by the conventions for CI/CD and, where those have none, our own.</summary>
internal static class Names
{
    public const string ZoneUpgrade = "zone-upgrade";
    public const string GuardRelease = "guard-release";
    public const string ReadmitNodes = "readmit-nodes";
    public const string Rollout = "rollout";
    public const string Waiting = "waiting for a decision";

    public const string Pipeline = "cicd.pipeline.name";
    public const string RunId = "cicd.pipeline.run.id";
    public const string RunUrl = "cicd.pipeline.run.url.full";
    public const string Result = "cicd.pipeline.result";
    public const string Task = "cicd.pipeline.task.name";
    public const string TaskRunId = "cicd.pipeline.task.run.id";
    public const string TaskUrl = "cicd.pipeline.task.run.url.full";
    public const string TaskResult = "cicd.pipeline.task.run.result";
    public const string WorkerId = "cicd.worker.id";
    public const string WorkerName = "cicd.worker.name";
    public const string Error = "error.type";

    public const string Zone = "fleet.zone";
    public const string ZoneKind = "fleet.zone.kind";
    public const string RolloutId = "fleet.rollout.id";
    public const string RolloutName = "fleet.rollout.name";
    public const string Wave = "fleet.wave";
    public const string Phase = "fleet.phase";
    public const string Step = "fleet.step";
    public const string Attempt = "fleet.attempt";
    public const string Epoch = "fleet.epoch";
    public const string Execution = "fleet.execution.id";
    public const string ExitCode = "fleet.execution.exit_code";
    public const string TranscriptOffset = "fleet.transcript.offset";
    public const string Decision = "fleet.decision.id";
    public const string DecisionKind = "fleet.decision.kind";
    public const string DecisionChoice = "fleet.decision.choice";
    public const string DecisionBy = "fleet.decision.by";
    public const string DecisionEnd = "fleet.decision.end";

    /// <summary>What somebody sees of a piece that has begun and not ended.</summary>
    public const string Started = "fleet.started";

    public static string Run(string pipeline) => $"RUN {pipeline}";
}
