namespace Fleet.Runbooks.Loading;

/// <summary>Every key that a runbook, a strategy or a calendar file may have, by what it stands in. The schemas and the reference are held against these.</summary>
public static class Keys
{
    public const string ApiVersion = "fleet/v1";

    public static IReadOnlyList<string> Runbook { get; } = ["apiVersion", "name", "version", "extends", "settings", "phases", "errands"];
    public static IReadOnlyList<string> Phase { get; } = ["name", "title", "after", "before", "when", "steps"];

    public static IReadOnlyList<string> Step { get; } =
    [
        "name", "title", "after", "before", "implements", "kind", "command", "timeLimit", "changes", "repeatable", "required", "upgradesPackages",
        "when", "guard", "needsGuards", "with", "prompts", "done", "rollback",
    ];

    public static IReadOnlyList<string> Condition { get; } = ["zoneKind", "specialSubZone", "installerFrom", "installerBefore", "facts"];
    public static IReadOnlyList<string> Prompt { get; } = ["name", "pattern", "policy", "answer", "choices", "safePoint", "component", "failedNodes"];
    public static IReadOnlyList<string> Done { get; } = ["marker", "successLine", "log", "logErrors", "version"];

    public static IReadOnlyList<string> Rollback { get; } = ["commands", "cannotUndo", "pointOfNoReturn", "notes"];
    public static IReadOnlyList<string> RollbackCommand { get; } = ["title", "run", "on", "backup"];
    public static IReadOnlyList<string> RollbackPlaces { get; } = ["firstbox", "first-snapshot-node", "nodes"];

    /// <summary>What <c>done.version</c> may say.</summary>
    public static IReadOnlyList<string> DoneVersions { get; } = ["installer", "upgrade"];
    public static IReadOnlyList<string> Strategy { get; } =
        ["apiVersion", "name", "maxParallel", "maxParallelPerLabel", "maxParallelPerPool", "slowStart", "maxFailures", "timeLimit", "zoneTimeLimit", "globalZones", "maxSkew", "unanswered", "approvals", "waves"];

    public static IReadOnlyList<string> Unanswered { get; } = ["after", "then"];
    public static IReadOnlyList<string> UnansweredActions { get; } = ["hold", "fail"];
    public static IReadOnlyList<string> Approvals { get; } = ["required", "from", "oneOf", "self", "within"];
    public static IReadOnlyList<string> Wave { get; } = ["name", "zones", "take", "maxParallel", "maxFailures", "timeLimit", "bake", "verdict"];
    public static IReadOnlyList<string> Verdict { get; } = ["succeeded", "failed", "inconclusive"];
    public static IReadOnlyList<string> VerdictActions { get; } = ["go-on", "stop", "ask"];
    public static IReadOnlyList<string> GlobalOrders { get; } = ["any", "first", "last"];
    public static IReadOnlyList<string> Calendar { get; } = ["apiVersion", "timeZone", "windows", "freezes"];
    public static IReadOnlyList<string> Window { get; } = ["name", "zones", "timeZone", "days", "dates", "from", "to", "phases"];
    public static IReadOnlyList<string> Freeze { get; } = ["name", "zones", "timeZone", "from", "to", "reason"];
    public static IReadOnlyList<string> Days { get; } = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    public static IReadOnlyList<string> ZoneKinds { get; } = ["global", "sub"];
    public static IReadOnlyList<string> Policies { get; } = ["answer", "ask"];
}
