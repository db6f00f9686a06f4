using Fleet.Contracts.Phases;
using Fleet.Worker.Executions;

namespace Fleet.Worker.Phases.Prompts;

internal static class AnswerRules
{
    /// <summary>What to tell the coordinator; null: it was not given and may be given again.</summary>
    public static AnswerResult? Result(AnswerReply reply) => reply.State switch
    {
        AnswerState.Applied => AnswerResult.Applied,
        AnswerState.Stale => AnswerResult.Withdrawn,
        AnswerState.Conflict => AnswerResult.Conflict,
        AnswerState.Unknown => AnswerResult.Unknown,
        _ => reply.Refusal switch
        {
            Refusal.NotRunning or Refusal.Rebooted => AnswerResult.Withdrawn,
            Refusal.BadInput or Refusal.IdConflict => AnswerResult.Conflict,
            _ => null,
        },
    };
}
