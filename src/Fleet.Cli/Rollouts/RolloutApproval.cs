using System.CommandLine;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Orchestration.Rollouts;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Api.Zones;

namespace Fleet.Cli.Rollouts;

/// <summary>One person's word to a rollout that waits for approval.</summary>
internal static class RolloutApproval
{
    public static Command Approve()
    {
        var id = RolloutCommands.IdArgument();
        var comment = RolloutCommands.CommentOption();
        return CommandFactory.Make("approve", Say.Of("Approves a rollout that waits for it; once enough people have, it begins as its plan says, or not at all where anything in that has changed."), async (context, cancellationToken) =>
        {
            context.Show(await context.Api.PostAsync<RolloutDocument>($"{RolloutCommands.Path(context.Get(id))}/approve", new CommentRequest(context.Get(comment)), cancellationToken), rollout => context.Terminal.Line(rollout switch
            {
                { State: RolloutState.WaitingApproval, Approval: { } approval } => Say.Of($"{rollout.Name}: approved by {string.Join(", ", approval.Given.Select(g => g.By))}; {Words.Plural(approval.Left, "approval is", "approvals are")} still wanted."),
                { State: RolloutState.Scheduled, StartsAt: { } at } => Say.Of($"{rollout.Name} is approved and begins at {Words.Moment(at)}."),
                { State: RolloutState.Aborted, Reason: { } reason } => Say.Of($"{rollout.Name} did not begin: {Harmless.Line(reason.Text)}"),
                _ => Say.Of($"{rollout.Name} is approved. Watch it: fleet rollout watch {rollout.Name}"),
            }));
            return ExitCodes.Ok;
        }, id, comment).WithExamples("fleet rollout approve nov-window", "fleet rollout approve nov-window --comment 'as agreed on Thursday'");
    }

    public static Command Reject()
    {
        var id = RolloutCommands.IdArgument();
        var comment = RolloutCommands.CommentOption();
        var command = CommandFactory.Make("reject", Say.Of("Ends a rollout that waits for approval, before anything has begun."), async (context, cancellationToken) =>
        {
            context.Show(await context.Api.PostAsync<RolloutDocument>($"{RolloutCommands.Path(context.Get(id))}/reject", new CommentRequest(context.Get(comment)), cancellationToken), rollout => context.Terminal.Line(Say.Of($"{rollout.Name} is rejected; nothing has begun.")));
            return ExitCodes.Ok;
        }, id, comment).WithExamples("fleet rollout reject nov-window --comment 'not in the week of the fair'");
        command.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValue(comment)))
                result.AddError(Say.Of("Say why: --comment TEXT."));
        });
        return command;
    }

    /// <summary>What a waiting rollout waits for; none: it does not.</summary>
    public static IEnumerable<string> Waits(RolloutDocument rollout)
    {
        if (rollout is not { State: RolloutState.WaitingApproval, Approval: { } approval })
            yield break;
        yield return Say.Of($"Waits for approval of plan {rollout.Plan![..12]}: {approval.Given.Count} of {approval.Required} given{(approval.Given.Count > 0 ? Say.Of($" ({string.Join(", ", approval.Given.Select(g => g.By))})") : "")}{(approval.OneOf.Count > 0 && !approval.Given.Any(g => approval.OneOf.Contains(g.By)) ? Say.Of($", {string.Join(Say.Of(" or "), approval.OneOf)} must be among them") : "")}; it ends unless it is approved by {Words.Moment(approval.ExpiresAt!.Value)}.");
        yield return Say.Of($"See it: fleet plan show {rollout.Plan[..12]}   Approve: fleet rollout approve {rollout.Name}   Reject: fleet rollout reject {rollout.Name} --comment TEXT");
    }
}
