using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Server.Api.Plans;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Api.Zones;
using Fleet.Server.Chat.Calls;
using Fleet.Server.Chat.Living;

namespace Fleet.Server.Chat.Commands;

/// <summary>One person's word to a rollout that waits for it. It is given to a plan: by its hash, or after the plan was shown.</summary>
internal static class Approving
{
    private const int LeastOfHash = 8;

    public static IReadOnlyList<ChatVerb> Verbs { get; } =
    [
        new("approve", "ROLLOUT [PLAN] [--comment TEXT]", "chat-about-approve", ApproveAsync) { Words = (1, 2), Options = ["--comment"], Examples = ["approve nov-window", "approve nov-window 3f9a1c2b77d0"] },
        new("reject", "ROLLOUT --comment TEXT", "chat-about-reject", RejectAsync) { Words = (1, 1), Options = ["--comment"], Examples = ["reject nov-window --comment 'not in the week of the fair'"] },
    ];

    private static async Task<ChatMessage> ApproveAsync(ChatTalk talk, ChatArguments given, CancellationToken cancellationToken)
    {
        var found = await talk.CallAsync(ApiCall.Of("ShowRollout", ("id", given.Words[0])), cancellationToken);
        if (!found.Ok)
            return talk.Refused(found);
        var rollout = found.Read<RolloutDocument>();
        if (rollout is not { State: RolloutState.WaitingApproval, Plan: { } plan })
            return talk.Bad(Finding.Of("chat-nothing-to-approve", ("rollout", rollout.Name), ("state", Sentences.Word(rollout.State))));
        if (given.Word(1) is { } hash)
        {
            return hash.Length >= LeastOfHash && plan.StartsWith(hash, StringComparison.OrdinalIgnoreCase)
                ? await GiveAsync(talk, rollout, given.Get("--comment"), cancellationToken)
                : talk.Bad(Finding.Of("chat-other-plan", ("rollout", rollout.Name), ("plan", plan[..12]), ("given", hash)));
        }

        var looked = await talk.CallAsync(ApiCall.Of("ShowPlan", ("hash", plan)), cancellationToken);
        return looked.Ok
            ? talk.Ask(Starting.Shown(talk, looked.Read<PlanDocument>()), talk.Say(Finding.Of("chat-button-approve")), ChatButtonStyle.Good, (again, ct) => GiveAsync(again, rollout, given.Get("--comment"), ct))
            : talk.Refused(looked);
    }

    /// <summary>By the rollout's id: what was shown is what is approved, and its plan never becomes another.</summary>
    private static async Task<ChatMessage> GiveAsync(ChatTalk talk, RolloutDocument shown, string? comment, CancellationToken cancellationToken)
    {
        var answer = await talk.CallAsync(ApiCall.Of("ApproveRollout", ("id", $"{shown.Id}")) with { Body = new CommentRequest(comment) }, cancellationToken);
        if (!answer.Ok)
            return talk.Refused(answer);
        var rollout = answer.Read<RolloutDocument>();
        return talk.Good(Finding.Of("chat-approved", ("rollout", rollout.Name), ("plan", shown.Plan![..12]), ("by", talk.Caller.Name)), [.. Sentences.Waiting(rollout) is { } waiting ? [talk.Say(waiting)] : Array.Empty<string>(), .. rollout.Reason is { } reason ? [reason.Text] : Array.Empty<string>()]);
    }

    private static async Task<ChatMessage> RejectAsync(ChatTalk talk, ChatArguments given, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(given.Get("--comment")))
            return talk.Bad(Finding.Of("chat-option-missing", ("option", "--comment")));
        var answer = await talk.CallAsync(ApiCall.Of("RejectRollout", ("id", given.Words[0])) with { Body = new CommentRequest(given.Get("--comment")) }, cancellationToken);
        return answer.Ok ? talk.Good(Finding.Of("chat-rejected", ("rollout", answer.Read<RolloutDocument>().Name), ("by", talk.Caller.Name))) : talk.Refused(answer);
    }
}
