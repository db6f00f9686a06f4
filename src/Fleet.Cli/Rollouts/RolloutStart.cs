using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Cli.Plans;
using Fleet.Cli.Watching;
using Fleet.Orchestration.Rollouts;
using Fleet.Server.Api.Plans;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Rollouts;

internal static class RolloutStart
{
    public static Command Make()
    {
        var options = new StartOptions(byPlan: true);
        var name = new Option<string?>("--name") { Description = Say.Of("What to call it; default made from package and day"), HelpName = "NAME" };
        var at = new Option<string?>("--at") { Description = Say.Of("Begin by itself at this moment: '2026-12-01 22:00' on this machine's clock, or with an offset"), HelpName = "TIME" };
        var expires = new Option<string?>("--expires") { Description = Say.Of("With --at: how late it may begin, where nobody could begin it in time; default 30m"), HelpName = "DURATION" };
        var yes = new Option<bool>("--yes") { Description = Say.Of("Do not ask before the start") };
        var watch = new Option<bool>("--watch") { Description = Say.Of("Watch it to its end") };
        var wait = new Option<bool>("--wait") { Description = Say.Of("Wait quietly for its end") };
        var decision = WaitForDecision();
        var command = CommandFactory.Make("start", Say.Of("Starts upgrading zones to a package."), async (context, cancellationToken) =>
        {
            var startsAt = context.Get(at) is { } moment ? TimeText.Parse(moment) : (DateTimeOffset?)null;
            var request = await options.ReadAsync(context, context.Get(name), cancellationToken) with
            {
                StartsAt = startsAt,
                ExpiresAt = context.Get(expires) is { } late && startsAt is { } begins ? begins + TimeText.Duration(late) : null,
            };
            if (!context.Get(yes) && context.Terminal.CanAsk && !context.Json)
            {
                var plan = await PlanAsync(context, options, request, cancellationToken);
                PlanPrinter.Summary(context.Terminal, plan);
                if (!await context.Terminal.AskYesAsync(Say.Of("Start?"), cancellationToken))
                    return ExitCodes.No;
                // What was shown is what is started.
                request = new StartRequest { Plan = plan.Hash, Name = request.Name, StartsAt = request.StartsAt, ExpiresAt = request.ExpiresAt };
            }

            var started = await options.WithFileAsync(context, () => context.Api.PostAsync<RolloutDocument>("rollouts", request, cancellationToken));
            var stays = context.Get(watch) || context.Get(wait) || context.Get(decision);
            if (!stays)
            {
                context.Show(started, rollout =>
                {
                    var what = Say.Of($"{Words.Plural(rollout.Zones.Count, "zone", "zones")} to {rollout.Package.Id}");
                    var at = rollout.StartsAt is { } begins ? Say.Of($"begins at {Words.Moment(begins)}, or not at all if it could not by {Words.Moment(rollout.ExpiresAt!.Value)}") : Say.Of("begins once it is approved");
                    context.Terminal.Line(rollout.State is RolloutState.Scheduled or RolloutState.WaitingApproval
                        ? Say.Of($"{rollout.Name} {at}: {what}.")
                        : Say.Of($"{rollout.Name} has started: {what}. Watch it: fleet rollout watch {rollout.Name}"));
                    foreach (var line in RolloutApproval.Waits(rollout))
                        context.Terminal.Line(line);
                });
                return ExitCodes.Ok;
            }

            return await new RolloutWatch(context, started.Value.Id, context.Get(decision)).RunAsync(context.Get(watch) ? WatchMode.Watch : WatchMode.Wait, cancellationToken);
        }, [.. options.All, name, at, expires, yes, watch, wait, decision]);
        options.Validate(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(expires) is not null && result.GetValue(at) is null)
                result.AddError(Say.Of("--expires goes with --at."));
            if (result.GetValue(watch) && result.GetValue(wait))
                result.AddError(Say.Of("Give --watch or --wait, not both."));
        });
        return command.WithExamples(
            "fleet rollout start --zones all --package 4.3.2-20261101 --watch",
            "fleet rollout start --plan 3f9a1c2b77d0 --name nov-window --watch",
            "fleet rollout start --zones all --package 4.3.2-20261101 --strategy careful.yaml",
            "fleet rollout start --plan 3f9a1c2b77d0 --at '2026-12-01 22:00' --expires 1h",
            "fleet rollout start --zones 'region=pek' --package 4.3.2-20261101 --name nov-window --max-parallel 8 --max-failures 10%",
            "fleet rollout start --zones pek1a --package 4.3.2-20261101 --until prepare-platform --wait -o json");
    }

    public static Option<bool> WaitForDecision() => new("--wait-for-decision") { Description = Say.Of("Come back with exit code 3 as soon as a decision is open") };

    private static async Task<PlanDocument> PlanAsync(CommandContext context, StartOptions options, StartRequest request, CancellationToken cancellationToken) => request.Plan is { } hash
        ? (await context.Api.GetAsync<PlanDocument>($"plans/{FleetApi.Segment(hash)}", cancellationToken)).Value
        : (await options.WithFileAsync(context, () => context.Api.PostAsync<PlanDocument>("plans", request with { Name = null }, cancellationToken))).Value;
}
