using Fleet.Contracts.Phases;

namespace Fleet.Worker.Phases.Prompts;

internal static class AnswerReports
{
    public static void Send(DispatchScope scope, AnswerPrompt answer, AnswerResult result) => scope.Reports.Send(n => new PromptAnswered
    {
        ZoneUpgradeId = scope.ZoneUpgradeId,
        Epoch = scope.Epoch,
        Sequence = n,
        WorkerId = scope.Options.WorkerId,
        At = scope.Now,
        DecisionId = answer.DecisionId,
        ExecutionId = answer.ExecutionId,
        Offset = answer.Offset,
        Result = result,
    });
}
