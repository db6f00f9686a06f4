using System.CommandLine;
using System.Globalization;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Orchestration.Workers;
using Fleet.Server.Api.Records;

namespace Fleet.Cli.Records;

/// <summary>Who works, and who changed what.</summary>
internal static class RecordCommands
{
    public static Command Workers() => CommandFactory.Make("workers", Say.Of("Workers that were heard of within the last day, and what they hold."), async (context, cancellationToken) =>
    {
        var answer = await context.Api.GetAsync<IReadOnlyList<WorkerView>>("workers", cancellationToken);
        context.Show(answer, workers =>
        {
            if (workers.Count == 0)
            {
                context.Terminal.Line(Say.Of("No worker was heard of within the last day. Start one: fleet serve --roles worker"));
                return;
            }

            var now = context.Terminal.Now;
            var table = new TextTable("worker", "pool", "state", "host", "version", "busy", "last heard", "holds");
            foreach (var worker in workers)
            {
                var state = !worker.Alive ? new Cell(Say.Of("silent"), Styles.Bad) : worker.Draining ? new Cell(Say.Of("ending"), Styles.NeedsYou) : new Cell(Say.Of("alive"), Styles.Good);
                table.Add(
                    worker.Id, worker.Pool, state, worker.Host, worker.Version, Say.Of($"{worker.MaxZones - worker.FreeSlots} of {worker.MaxZones}"), Words.Ago(now - worker.LastSeen),
                    string.Join(' ', worker.Holds.Select(h => h.Step is null ? $"{h.Zone}:{h.Phase}" : $"{h.Zone}:{h.Phase}/{h.Step}")));
            }

            table.Write(context.Terminal);
        });
        return ExitCodes.Ok;
    }).WithExamples("fleet workers");

    public static Command Audit()
    {
        var since = new Option<string?>("--since") { Description = Say.Of("Only what came later: a time (2026-11-01T20:00) or an age (30m, 6h, 2d)"), HelpName = "T" };
        var rollout = new Option<string?>("--rollout") { Description = Say.Of("Only this rollout"), HelpName = "ID" };
        var zone = new Option<string?>("--zone") { Description = Say.Of("Only this zone"), HelpName = "ZONE" };
        var incidents = new Option<bool>("--incidents") { Description = Say.Of("Only what did not go as it should: takeovers, work sent out again, ends that nobody knows, firstboxes away") };
        var lines = new Option<bool>("--jsonl") { Description = Say.Of("All of it as JSON lines with every field and link, to be kept or verified elsewhere; with --since and --rollout") };
        var command = CommandFactory.Make("audit", Say.Of("Who changed what, oldest first."), async (context, cancellationToken) =>
        {
            if (context.Get(lines) && (context.Get(zone) is not null || context.Get(incidents)))
                throw new CliFailure(ExitCodes.Usage, Say.Of("--jsonl gives whole chains; it goes with --since and --rollout only."));
            var query = context.Get(lines) ? [] : new List<string> { "limit=10000" };
            if (context.Get(since) is { } given)
                query.Add($"since={FleetApi.Segment((Moment.Parse(given, context.Terminal.Now) ?? throw new CliFailure(ExitCodes.Usage, Say.Of($"--since \"{given}\" is no time; it takes 2026-11-01T20:00, or an age like 30m, 6h or 2d."))).ToString("O", CultureInfo.InvariantCulture))}");
            if (context.Get(rollout) is { } id)
                query.Add($"rollout={FleetApi.Segment(id)}");
            if (context.Get(zone) is { } name)
                query.Add($"zone={FleetApi.Segment(name)}");
            if (context.Get(incidents))
                query.Add("incidents=true");
            if (context.Get(lines))
                return await AuditLines.CopyAsync(context, query, cancellationToken);
            var answer = await context.Api.GetAsync<IReadOnlyList<AuditDocument>>($"audit?{string.Join('&', query)}", cancellationToken);
            context.Show(answer, entries =>
            {
                var table = new TextTable("when", "who", "from", "zone", "what");
                foreach (var entry in entries)
                    table.Add(Words.Time(entry.At, context.Terminal.Now), entry.Actor, entry.Source ?? "", entry.Zone ?? "", entry.Text);
                table.Write(context.Terminal);
            });
            return ExitCodes.Ok;
        }, since, rollout, zone, incidents, lines);
        command.Subcommands.Add(AuditVerify.Make());
        return command.WithExamples("fleet audit --since 6h", "fleet audit --rollout nov-window --incidents", "fleet audit --rollout nov-window --zone pek1a -o json", "fleet audit --jsonl > audit.jsonl");
    }
}
