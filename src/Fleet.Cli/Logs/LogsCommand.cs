using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Orchestration.Transcripts;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Logs;

internal static class LogsCommand
{
    public static Command Make()
    {
        var zone = new Argument<string>("zone") { Description = Say.Of("The zone") };
        var rollout = new Option<string?>("--rollout") { Description = Say.Of("Of this rollout; default the zone's newest"), HelpName = "ID" };
        var step = new Option<string?>("--step") { Description = Say.Of("Of this step only"), HelpName = "STEP" };
        var follow = new Option<bool>("--follow", "-f") { Description = Say.Of("Go on until the zone has ended") };
        var raw = new Option<bool>("--raw") { Description = Say.Of("The bytes as they came, terminal escapes and all") };
        var unredacted = new Option<bool>("--unredacted") { Description = Say.Of("With the secrets that are hidden; who read them is in the audit") };
        return CommandFactory.Make("logs", Say.Of("What the commands on a zone printed."), async (context, cancellationToken) =>
        {
            var name = context.Get(zone);
            var id = context.Get(rollout);
            if (id is null)
                id = (await context.Api.GetAsync<ZoneUpgradeDocument>($"zones/{FleetApi.Segment(name)}/upgrade", cancellationToken)).Value.Rollout.ToString();
            if (context.Json)
            {
                context.Terminal.WriteJson((await context.Api.GetAsync<IReadOnlyList<TranscriptView>>($"rollouts/{FleetApi.Segment(id)}/zones/{FleetApi.Segment(name)}/transcripts", cancellationToken)).Json);
                return ExitCodes.Ok;
            }

            await using var output = Console.OpenStandardOutput();
            var any = await new LogPrinter(context.Api, output, context.Get(raw), TimeProvider.System) { Unredacted = context.Get(unredacted) }.PrintAsync(id, name, context.Get(step), context.Get(follow), cancellationToken);
            if (!any)
                context.Terminal.ErrorLine(context.Get(step) is { } one ? Say.Of($"Nothing was printed on {name} by {one} in this rollout yet.") : Say.Of($"Nothing was printed on {name} in this rollout yet."));
            return ExitCodes.Ok;
        }, zone, rollout, step, follow, raw, unredacted).WithExamples("fleet logs pek1a --follow", "fleet logs pek1a --rollout nov-window --step upgrade-packages", "fleet logs pek1a --step upgrade-packages --raw > pek1a.log", "fleet logs pek1a --step upgrade-packages --unredacted");
    }
}
