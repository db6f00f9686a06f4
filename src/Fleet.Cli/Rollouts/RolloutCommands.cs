using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Cli.Watching;
using Fleet.Server.Api.Decisions;
using Fleet.Server.Api.Records;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Rollouts;

internal static class RolloutCommands
{
    public static Command Make() => CommandFactory.Group("rollout", Say.Of("Upgrades of many zones to one package."),
            RolloutStart.Make(), RolloutApproval.Approve(), RolloutApproval.Reject(), List(), Show(), Watch(), RolloutPauses.Pause(), RolloutPauses.Resume(), RolloutAbort.Make(), RolloutLimits.Make(), Waive(), Retry(), LeaveOut("skip"), LeaveOut("exclude"), RolloutAdd.Make(), RolloutReport.Make(), RollbackSheetCommand.Make())
        .WithExamples("fleet rollout start --zones all --package 4.3.2-20261101 --watch", "fleet rollout list");

    internal static Argument<string> IdArgument() => new("id") { Description = Say.Of("A rollout's id, name or an unambiguous beginning of either") };

    internal static string Path(string id) => $"rollouts/{FleetApi.Segment(id)}";

    private static Command List() => CommandFactory.Make("list", Say.Of("Lists rollouts, newest first."), async (context, cancellationToken) =>
    {
        var answer = await context.Api.GetAsync<IReadOnlyList<RolloutDocument>>("rollouts", cancellationToken);
        context.Show(answer, rollouts =>
        {
            if (rollouts.Count == 0)
            {
                context.Terminal.Line(Say.Of("No rollouts yet. Start one: fleet rollout start --zones S --package ID"));
                return;
            }

            var now = context.Terminal.Now;
            var table = new TextTable("rollout", "id", "state", "package", "● done", "◐ running", "◆ held", "✕ failed", "○ waiting", "started", "took", "by");
            foreach (var rollout in rollouts)
            {
                var counts = rollout.Counts;
                table.Add(
                    new Cell(rollout.Name, Styles.Strong), Words.Short(rollout.Id), new Cell(Words.Of(rollout.State), Styles.Of(rollout.State)), rollout.Package.Id,
                    counts.Succeeded.ToString(), counts.Running.ToString(), counts.Held.ToString(), (counts.Failed + counts.Unknown).ToString(), counts.Waiting.ToString(),
                    Words.Time(rollout.StartedAt, now), Words.Duration((rollout.EndedAt ?? now) - rollout.StartedAt), rollout.StartedBy);
            }

            table.Write(context.Terminal);
        });
        return ExitCodes.Ok;
    }).WithExamples("fleet rollout list", "fleet rollout list -o json");

    private static Command Show()
    {
        var id = IdArgument();
        return CommandFactory.Make("show", Say.Of("Shows a rollout and its zones as they are now."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.GetAsync<RolloutDocument>(Path(context.Get(id)), cancellationToken);
            IReadOnlyList<DecisionDocument> decisions = context.Json || answer.Value.OpenDecisions == 0 ? []
                : (await context.Api.GetAsync<IReadOnlyList<DecisionDocument>>($"decisions?rollout={answer.Value.Id}", cancellationToken)).Value;
            IReadOnlyList<AuditDocument> incidents = context.Json ? []
                : (await context.Api.GetAsync<IReadOnlyList<AuditDocument>>($"audit?rollout={answer.Value.Id}&incidents=true&limit={RolloutPrinter.MostIncidents + 1}", cancellationToken)).Value;
            context.Show(answer, rollout => RolloutPrinter.Print(context.Terminal, rollout, decisions, incidents));
            return ExitCodes.Ok;
        }, id).WithExamples("fleet rollout show nov-window", "fleet rollout show nov-window -o json");
    }

    private static Command Watch()
    {
        var id = IdArgument();
        var decision = RolloutStart.WaitForDecision();
        return CommandFactory.Make("watch", Say.Of("Stays with a rollout to its end; in a terminal decisions are answered right there. Leaving never stops the rollout."), async (context, cancellationToken) =>
        {
            var rollout = (await context.Api.GetAsync<RolloutDocument>(Path(context.Get(id)), cancellationToken)).Value;
            return await new RolloutWatch(context, rollout.Id, context.Get(decision)).RunAsync(WatchMode.Watch, cancellationToken);
        }, id, decision).WithExamples("fleet rollout watch nov-window");
    }

    private static Command Waive()
    {
        var id = IdArgument();
        var zone = ZoneOption();
        var comment = new Option<string>("--comment") { Description = Say.Of("Why; kept in the audit"), HelpName = "TEXT", Required = true };
        return CommandFactory.Make("waive", Say.Of("Lets a zone start and run outside of its windows, also where it would not fit into them; freezes hold."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.PostAsync<RolloutDocument>(
                $"{Path(context.Get(id))}/zones/{FleetApi.Segment(context.Get(zone)!)}/waive", new WaiveRequest(context.Get(comment)!), cancellationToken);
            context.Show(answer, rollout => context.Terminal.Line(Say.Of($"{context.Get(zone)} needs no window in {rollout.Name}.")));
            return ExitCodes.Ok;
        }, id, zone, comment).WithExamples("fleet rollout waive nov-window --zone sh4a --comment 'its owner agreed to the morning'");
    }

    private static Command Retry()
    {
        var id = IdArgument();
        var zone = ZoneOption();
        var from = new Option<string?>("--from") { Description = Say.Of("Go on from this phase; default where it ended"), HelpName = "PHASE" };
        var comment = CommentOption();
        return CommandFactory.Make("retry", Say.Of("Lets a zone that ended go on."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.PostAsync<RolloutDocument>(
                $"{Path(context.Get(id))}/zones/{FleetApi.Segment(context.Get(zone)!)}/retry", new ZoneRequest(context.Get(from), context.Get(comment)), cancellationToken);
            context.Show(answer, rollout => context.Terminal.Line(Say.Of($"{context.Get(zone)} goes on in {rollout.Name}.")));
            return ExitCodes.Ok;
        }, id, zone, from, comment).WithExamples("fleet rollout retry nov-window --zone sh4a --comment 'repo mended'", "fleet rollout retry nov-window --zone sh4a --from verify --comment 'hyper07 repaired'");
    }

    private static Command LeaveOut(string verb)
    {
        var id = IdArgument();
        var zone = ZoneOption();
        var comment = CommentOption();
        var description = verb == "skip" ? Say.Of("Leaves out a zone that has not started; it is shown as skipped.") : Say.Of("Takes a zone that has not started out of the rollout, its counts and its budget.");
        return CommandFactory.Make(verb, description, async (context, cancellationToken) =>
        {
            var answer = await context.Api.PostAsync<RolloutDocument>(
                $"{Path(context.Get(id))}/zones/{FleetApi.Segment(context.Get(zone)!)}/{verb}", new Server.Api.Zones.CommentRequest(context.Get(comment)), cancellationToken);
            context.Show(answer, rollout => context.Terminal.Line(verb == "skip" ? Say.Of($"{context.Get(zone)} is skipped in {rollout.Name}.") : Say.Of($"{context.Get(zone)} is taken out in {rollout.Name}.")));
            return ExitCodes.Ok;
        }, id, zone, comment).WithExamples($"fleet rollout {verb} nov-window --zone sh4a --comment 'its owner asked'");
    }

    internal static Option<string> ZoneOption() => new("--zone") { Description = Say.Of("The zone"), HelpName = "ZONE", Required = true };

    internal static Option<string?> CommentOption() => new("--comment") { Description = Say.Of("Why; kept in the audit"), HelpName = "TEXT" };
}
