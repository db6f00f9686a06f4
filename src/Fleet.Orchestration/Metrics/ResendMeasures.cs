using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.Metrics;

/// <summary>What a message that is sent again is counted as.</summary>
internal static class ResendMeasures
{
    public static IReadOnlyList<string> Messages { get; } = ["execute", "stop", "answer", "check"];

    public static Measure Of(object message) => new(OrchestrationMetrics.Resends, 1, message switch
    {
        ExecutePhase => "execute",
        StopPhase => "stop",
        AnswerPrompt => "answer",
        _ => "check",
    });
}
