using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Cli.Rollouts;
using Fleet.Server.Api.Plans;

namespace Fleet.Cli.Plans;

/// <summary>What a rollout would do, before it does anything.</summary>
internal static class PlanCommands
{
    public static Command Make()
    {
        var options = new StartOptions(byPlan: false);
        var brief = new Option<bool>("--brief") { Description = Say.Of("Waves and expectations, without the steps") };
        var command = CommandFactory.Make("plan", Say.Of("Shows waves, commands, prompts and expected questions of a rollout, and its hash; touches no zone."), async (context, cancellationToken) =>
        {
            var request = await options.ReadAsync(context, name: null, cancellationToken);
            var plan = await options.WithFileAsync(context, () => context.Api.PostAsync<PlanDocument>("plans", request, cancellationToken));
            context.Show(plan, p => Write(context, p, context.Get(brief)));
            return ExitCodes.Ok;
        }, [.. options.All, brief]);
        options.Validate(command);
        command.Subcommands.Add(Show());
        command.Subcommands.Add(List());
        return command.WithExamples("fleet plan --zones all --package 4.3.2-20261101 --strategy careful.yaml", "fleet plan --zones region=pek --package 4.3.2-20261101 --brief", "fleet rollout start --plan 3f9a1c2b77d0");
    }

    private static Command Show()
    {
        var hash = new Argument<string>("hash") { Description = Say.Of("A plan's hash, or the beginning of it") };
        var brief = new Option<bool>("--brief") { Description = Say.Of("Waves and expectations, without the steps") };
        return CommandFactory.Make("show", Say.Of("A plan as it was made."), async (context, cancellationToken) =>
        {
            context.Show(await context.Api.GetAsync<PlanDocument>($"plans/{FleetApi.Segment(context.Get(hash))}", cancellationToken), p => Write(context, p, context.Get(brief)));
            return ExitCodes.Ok;
        }, hash, brief).WithExamples("fleet plan show 3f9a1c2b77d0");
    }

    private static Command List() => CommandFactory.Make("list", Say.Of("Plans, newest first."), async (context, cancellationToken) =>
    {
        context.Show(await context.Api.GetAsync<IReadOnlyList<PlanSummaryDocument>>("plans", cancellationToken), plans =>
        {
            var table = new TextTable("plan", "made", "by", "package", "strategy", "zones", "waves");
            foreach (var plan in plans)
                table.Add(plan.Hash[..12], Words.Moment(plan.MadeAt), plan.MadeBy, plan.Package, plan.Strategy ?? "", $"{plan.Zones}", $"{plan.Waves}");
            table.Write(context.Terminal);
        });
        return ExitCodes.Ok;
    }).WithExamples("fleet plan list");

    private static void Write(CommandContext context, PlanDocument plan, bool brief)
    {
        if (!brief)
            PlanPrinter.Steps(context.Terminal, plan);
        PlanPrinter.Summary(context.Terminal, plan);
        context.Terminal.Line(Say.Of($"Start it: fleet rollout start --plan {plan.Hash[..12]}"));
    }
}
