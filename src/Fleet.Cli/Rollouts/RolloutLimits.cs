using System.CommandLine;
using Fleet.Cli.CommandLine;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Rollouts;

internal static class RolloutLimits
{
    public static Command Make()
    {
        var id = RolloutCommands.IdArgument();
        var parallel = new Option<int?>("--max-parallel") { Description = "Zones at once from now on; what runs goes on", HelpName = "N" };
        var failures = new Option<string?>("--max-failures") { Description = "Zones that may fail before no more are started, or a share of them", HelpName = "N|N%" };
        var comment = RolloutCommands.CommentOption();
        var command = CommandFactory.Make("limits", "Changes how many zones run at once and how many may fail, while the rollout runs.", async (context, cancellationToken) =>
        {
            var answer = await context.Api.PostAsync<RolloutDocument>($"{RolloutCommands.Path(context.Get(id))}/limits", new LimitRequest(context.Get(parallel), context.Get(failures), context.Get(comment)), cancellationToken);
            context.Show(answer, rollout =>
            {
                context.Terminal.Line($"{rollout.Name}: {rollout.MaxParallel} at once, {rollout.Budget.Allowed} may fail, {rollout.Budget.Used} have.");
                if (rollout.Reason?.Code == "budget-spent")
                    context.Terminal.Line(rollout.Budget.Used > rollout.Budget.Allowed ? "Nothing more is started: the budget is spent." : $"It was stopped by its budget, which is no longer spent. Go on: fleet rollout resume {rollout.Name}");
            });
            return ExitCodes.Ok;
        }, id, parallel, failures, comment);
        command.Validators.Add(result =>
        {
            if (result.GetValue(parallel) is null && result.GetValue(failures) is null)
                result.AddError("Say what is to change: --max-parallel N, --max-failures N or N%, or both.");
        });
        return command.WithExamples("fleet rollout limits nov-window --max-parallel 8", "fleet rollout limits nov-window --max-failures 10% --comment 'the failed ones are one rack'");
    }
}
