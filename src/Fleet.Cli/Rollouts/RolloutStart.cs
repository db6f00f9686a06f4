using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Cli.Watching;
using Fleet.Server.Api.Packages;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Api.Zones;

namespace Fleet.Cli.Rollouts;

internal static class RolloutStart
{
    public static Command Make()
    {
        var zones = new Option<string>("--zones") { Description = "all, names (pek1a,cd1a) or labels (region=pek,tier!=canary)", HelpName = "SELECTOR", Required = true };
        var package = new Option<string>("--package") { Description = "A package's id, file name or the beginning of its digest", HelpName = "ID", Required = true };
        var name = new Option<string?>("--name") { Description = "What to call it; default made from package and day", HelpName = "NAME" };
        var runbook = new Option<string?>("--runbook") { Description = "A runbook's name or digest; default the newest qingcloud-upgrade", HelpName = "NAME" };
        var parallel = new Option<int?>("--max-parallel") { Description = "Zones at once, from the start; without it one zone goes first, then 4 side by side", HelpName = "N" };
        var failures = new Option<string?>("--max-failures") { Description = "Zones that may fail before no more are started, or a share of them; default 0", HelpName = "N|N%" };
        var until = new Option<string?>("--until") { Description = "Every zone stops behind this phase until resumed", HelpName = "PHASE" };
        var auto = new Option<bool>("--auto") { Description = "Upgrade packages without asking per component; stops at the first error (Q18)" };
        var yes = new Option<bool>("--yes") { Description = "Do not ask before the start" };
        var watch = new Option<bool>("--watch") { Description = "Watch it to its end" };
        var wait = new Option<bool>("--wait") { Description = "Wait quietly for its end" };
        var decision = WaitForDecision();
        var command = CommandFactory.Make("start", "Starts upgrading zones to a package.", async (context, cancellationToken) =>
        {
            var request = new StartRequest
            {
                Zones = context.Get(zones)!,
                Package = context.Get(package)!,
                Name = context.Get(name),
                Runbook = context.Get(runbook),
                MaxParallel = context.Get(parallel),
                MaxFailures = context.Get(failures),
                Until = context.Get(until),
                Auto = context.Get(auto),
            };
            if (!context.Get(yes) && context.Terminal.CanAsk && !context.Json && !await AskAsync(context, request, cancellationToken))
                return ExitCodes.No;
            var started = await context.Api.PostAsync<RolloutDocument>("rollouts", request, cancellationToken);
            var stays = context.Get(watch) || context.Get(wait) || context.Get(decision);
            if (!stays)
            {
                context.Show(started, rollout => context.Terminal.Line($"{rollout.Name} has started: {Words.Plural(rollout.Zones.Count, "zone", "zones")} to {rollout.Package.Id}. Watch it: fleet rollout watch {rollout.Name}"));
                return ExitCodes.Ok;
            }

            return await new RolloutWatch(context, started.Value.Id, context.Get(decision)).RunAsync(context.Get(watch) ? WatchMode.Watch : WatchMode.Wait, cancellationToken);
        }, zones, package, name, runbook, parallel, failures, until, auto, yes, watch, wait, decision);
        command.Validators.Add(result =>
        {
            if (result.GetValue(watch) && result.GetValue(wait))
                result.AddError("Give --watch or --wait, not both.");
        });
        return command.WithExamples(
            "fleet rollout start --zones all --package 4.3.2-20261101 --watch",
            "fleet rollout start --zones 'region=pek' --package 4.3.2-20261101 --name nov-window --max-parallel 8 --max-failures 10%",
            "fleet rollout start --zones pek1a --package 4.3.2-20261101 --until prepare-platform --wait -o json");
    }

    public static Option<bool> WaitForDecision() => new("--wait-for-decision") { Description = "Come back with exit code 3 as soon as a decision is open" };

    private static async Task<bool> AskAsync(CommandContext context, StartRequest request, CancellationToken cancellationToken)
    {
        var selected = (await context.Api.GetAsync<IReadOnlyList<ZoneDocument>>($"zones?selector={FleetApi.Segment(request.Zones)}", cancellationToken)).Value;
        var package = (await context.Api.GetAsync<PackageDocument>($"packages/{FleetApi.Segment(request.Package)}", cancellationToken)).Value;
        var names = string.Join(", ", selected.Take(8).Select(z => z.Name)) + (selected.Count > 8 ? ", …" : "");
        context.Terminal.Line($"{Words.Plural(selected.Count, "zone", "zones")} ({names}) to installer {package.Installer}, qingcloud {package.Qingcloud}.");
        context.Terminal.Line(request.MaxParallel is { } n ? $"{n} at once; {request.MaxFailures ?? "0"} may fail." : $"One zone first, then 4 side by side; {request.MaxFailures ?? "0"} may fail.");
        if (request.Until is { } until)
            context.Terminal.Line($"Every zone stops behind {until}.");
        return await context.Terminal.AskYesAsync("Start?", cancellationToken);
    }
}
