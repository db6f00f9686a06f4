using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Store;
using Microsoft.Extensions.Logging;

namespace Fleet.Orchestration.Metrics;

/// <summary>One log line for each audit entry that was committed: every incident as a warning; what matters (a rollout that began, paused, stopped or ended, a zone that ended, a question and its answer, who may what) as information; all else for debugging, which a collector gets too.</summary>
internal sealed partial class Telling(ILogger<Telling> logger)
{
    public static IReadOnlyList<string> Codes { get; } =
    [
        "rollout-started", "rollout-begun", "rollout-ended", "rollout-paused", "rollout-resumed", "rollout-abort", "rollout-abort-now", "zone-ended", "zone-retry", "zone-abort", "zone-taken", "zone-returned",
        "token-created", "token-revoked", "sessions-ended", "chat-account-linked", "chat-account-unlinked", "access-refused", "approval-given", "approval-rejected",
        "decision-opened", "answer-given", "decision-expired", "guard-set", "guard-released", "guard-kept",
    ];

    public void Tell(IReadOnlyList<AuditRow> entries)
    {
        foreach (var entry in entries)
        {
            if (Incidents.Codes.Contains(entry.Code))
                LogIncident(entry.Zone ?? "-", entry.Code, Text(entry), entry.Actor, entry.Source ?? "-", entry.Outcome ?? "done");
            else if (Codes.Contains(entry.Code))
                LogTold(entry.Zone ?? "-", entry.Code, Text(entry), entry.Actor, entry.Source ?? "-", entry.Outcome ?? "done");
            else if (logger.IsEnabled(LogLevel.Debug))
                LogEntry(entry.Zone ?? "-", entry.Code, Text(entry), entry.Actor, entry.Source ?? "-", entry.Outcome ?? "done");
        }
    }

    /// <summary>What a person wrote may be long, and may be anything: it stays in the audit.</summary>
    private static string Text(AuditRow entry) => string.Join(' ', entry.Args.Where(a => a.Key is not ("comment" or "text")).Select(a => $"{a.Key}={a.Value}"));

    [LoggerMessage(2310, LogLevel.Information, "{Zone} {Code} {Args} by {Actor} from {Source}: {Outcome}")]
    private partial void LogTold(string zone, string code, string args, string actor, string source, string outcome);

    [LoggerMessage(2311, LogLevel.Warning, "{Zone} {Code} {Args} by {Actor} from {Source}: {Outcome}")]
    private partial void LogIncident(string zone, string code, string args, string actor, string source, string outcome);

    [LoggerMessage(2312, LogLevel.Debug, "{Zone} {Code} {Args} by {Actor} from {Source}: {Outcome}")]
    private partial void LogEntry(string zone, string code, string args, string actor, string source, string outcome);
}
