namespace Fleet.Simulation;

/// <summary>A promise broken on purpose, one for each, to show that the checker sees it.</summary>
internal enum Sabotage
{
    None,

    /// <summary>1: the runner's record forgets executions, and starts them again.</summary>
    RunnerForgets,

    /// <summary>2: a phase that is held counts as done.</summary>
    PhaseSkipped,

    /// <summary>3: a rollout does not look whose a firstbox is.</summary>
    FirstboxUnlocked,

    /// <summary>4: the guard is set on all hypers but one, and not read back.</summary>
    GuardSkipsANode,

    /// <summary>5: the rollout's row is written without its version.</summary>
    BudgetIgnored,

    /// <summary>6: an answer is given to whatever prompt is open.</summary>
    AnswersAnyPrompt,

    /// <summary>7: an unknown outcome is recorded as success.</summary>
    UnknownIsSuccess,

    /// <summary>8: a person's audit entries are not written.</summary>
    AuditForgotten,

    /// <summary>9: a piece of a transcript is confirmed and not stored.</summary>
    TranscriptLost,

    /// <summary>10: what is owed is never sent again.</summary>
    NoReconciler,
}
