using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Orchestration.Checks;
using Fleet.Server.Api.Checks;

namespace Fleet.Cli.Checks;

/// <summary>Looking at zones before a rollout.</summary>
internal static class CheckCommands
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    public static Command Make()
    {
        var zones = new Option<string>("--zones") { Description = Say.Of("all, names (pek1a,cd1a) or labels (region=pek,tier!=canary)"), HelpName = "SELECTOR" };
        var package = new Option<string?>("--package") { Description = Say.Of("Hold versions and room against this package: its id, file name or the beginning of its digest"), HelpName = "ID" };
        var runbook = new Option<string?>("--runbook") { Description = Say.Of("A runbook's name or digest; default the newest qingcloud-upgrade"), HelpName = "NAME" };
        var noWait = new Option<bool>("--no-wait") { Description = Say.Of("Come back at once; look later with fleet check show") };
        var command = CommandFactory.Make("check", Say.Of("Looks at zones as a rollout would before it starts, and changes nothing there."), async (context, cancellationToken) =>
        {
            var started = await context.Api.PostAsync<CheckDocument>("checks", new CheckRequest(context.Get(zones)!, context.Get(package), context.Get(runbook)), cancellationToken);
            if (context.Get(noWait))
            {
                context.Show(started, check => context.Terminal.Line(Say.Of($"{Words.Plural(check.Zones.Count, "zone is", "zones are")} being looked at. See what was found: fleet check show {check.Id}")));
                return ExitCodes.Ok;
            }

            var done = await WaitAsync(context, started, cancellationToken);
            context.Show(done, check => CheckPrinter.Write(context.Terminal, check));
            return done.Value.Zones.All(IsWell) ? ExitCodes.Ok : ExitCodes.No;
        }, zones, package, runbook, noWait);
        // Not «Required»: the subcommands look at what was found, and need none.
        command.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValue(zones)))
                result.AddError(Say.Of("Say which zones to look at: --zones all, --zones pek1a,cd1a or --zones region=pek."));
        });
        command.Subcommands.Add(Show());
        command.Subcommands.Add(List());
        command.Subcommands.Add(History());
        return command.WithExamples("fleet check --zones all --package 4.3.2-20261101", "fleet check --zones region=pek -o json", "fleet check history pek1a");
    }

    private static Command Show()
    {
        var id = new Argument<string>("check") { Description = Say.Of("A check's id, or the beginning of it") };
        return CommandFactory.Make("show", Say.Of("What a check has found so far."), async (context, cancellationToken) =>
        {
            var check = await context.Api.GetAsync<CheckDocument>($"checks/{FleetApi.Segment(context.Get(id))}", cancellationToken);
            context.Show(check, c => CheckPrinter.Write(context.Terminal, c));
            return check.Value.Done && check.Value.Zones.All(IsWell) ? ExitCodes.Ok : ExitCodes.No;
        }, id).WithExamples("fleet check show 019ab3c4");
    }

    private static Command List() => CommandFactory.Make("list", Say.Of("Checks, newest first."), async (context, cancellationToken) =>
    {
        context.Show(await context.Api.GetAsync<IReadOnlyList<CheckListDocument>>("checks", cancellationToken), checks =>
        {
            var table = new TextTable("check", "asked", "by", "package", "zones", "still looking");
            foreach (var check in checks)
                table.Add(check.Id.ToString(), Words.Moment(check.AskedAt), check.AskedBy, check.Package ?? "", $"{check.Zones}", check.Asked == 0 ? "" : $"{check.Asked}");
            table.Write(context.Terminal);
        });
        return ExitCodes.Ok;
    }).WithExamples("fleet check list");

    private static Command History()
    {
        var zone = new Argument<string>("zone") { Description = Say.Of("A zone's name") };
        return CommandFactory.Make("history", Say.Of("A zone's checks, newest first, with what changed from one to the next."), async (context, cancellationToken) =>
        {
            context.Show(await context.Api.GetAsync<IReadOnlyList<ZoneCheckDocument>>($"zones/{FleetApi.Segment(context.Get(zone))}/checks", cancellationToken), checks => CheckPrinter.WriteHistory(context.Terminal, checks));
            return ExitCodes.Ok;
        }, zone).WithExamples("fleet check history pek1a");
    }

    private static async Task<Answer<CheckDocument>> WaitAsync(CommandContext context, Answer<CheckDocument> check, CancellationToken cancellationToken)
    {
        var told = -1;
        while (!check.Value.Done)
        {
            // In a file or a pipe only what was found.
            var looked = check.Value.Zones.Count(z => z.State is not CheckState.Asked);
            if (context.Terminal.IsTerminal && !context.Json && looked != told)
                context.Terminal.Line((told < 0 ? Say.Of($"Looking; Ctrl-C leaves, and fleet check show {Words.Short(check.Value.Id)} tells what was found. ") : "") + Say.Of($"{looked} of {Words.Plural(check.Value.Zones.Count, "zone", "zones")} …"));
            told = looked;
            await Task.Delay(Between, cancellationToken);
            check = await context.Api.GetAsync<CheckDocument>($"checks/{check.Value.Id}", cancellationToken);
        }

        return check;
    }

    private static bool IsWell(ZoneCheckDocument zone) => zone.State is CheckState.Well or CheckState.Remarks or CheckState.AlreadyThere;
}
