using System.CommandLine;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Rollouts;

internal static class RolloutLimits
{
    public static Command Make()
    {
        var id = RolloutCommands.IdArgument();
        var parallel = new Option<int?>("--max-parallel") { Description = Say.Of("Zones at once from now on; what runs goes on"), HelpName = "N" };
        var failures = new Option<string?>("--max-failures") { Description = Say.Of("Zones that may fail before no more are started, or a share of them"), HelpName = "N|N%" };
        var comment = RolloutCommands.CommentOption();
        var command = CommandFactory.Make("limits", Say.Of("Changes how many zones run at once and how many may fail, while the rollout runs."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.PostAsync<RolloutDocument>($"{RolloutCommands.Path(context.Get(id))}/limits", new LimitRequest(context.Get(parallel), context.Get(failures), context.Get(comment)), cancellationToken);
            context.Show(answer, rollout =>
            {
                context.Terminal.Line(Say.Of($"{rollout.Name}: {rollout.MaxParallel} at once, {rollout.Budget.Allowed} may fail, {rollout.Budget.Used} have."));
                if (rollout.Reason?.Code == "budget-spent")
                    context.Terminal.Line(rollout.Budget.Used > rollout.Budget.Allowed ? Say.Of("Nothing more is started: the budget is spent.") : Say.Of($"It was stopped by its budget, which is no longer spent. Go on: fleet rollout resume {rollout.Name}"));
            });
            return ExitCodes.Ok;
        }, id, parallel, failures, comment);
        command.Validators.Add(result =>
        {
            if (result.GetResult(parallel) is null && result.GetResult(failures) is null)
                result.AddError(Say.Of("Say what is to change: --max-parallel N, --max-failures N or N%, or both."));
        });
        return command.WithExamples("fleet rollout limits nov-window --max-parallel 8", "fleet rollout limits nov-window --max-failures 10% --comment 'the failed ones are one rack'");
    }
}
