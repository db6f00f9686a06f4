using System.CommandLine;
using System.Text;
using System.Text.Json;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api;

namespace Fleet.Cli.Rollouts;

internal static class RolloutReport
{
    public static Command Make()
    {
        var id = RolloutCommands.IdArgument();
        var format = new Option<string?>("--format") { Description = Say.Of("md (the default), html or json"), HelpName = "FORMAT" }.AcceptOnlyFromAmong("md", "html", "json");
        var zone = new Option<string?>("--zone") { Description = Say.Of("This zone only"), HelpName = "ZONE" };
        var audience = new Option<string>("--audience") { Description = Say.Of("team, or customer: what one zone's customer may read, to be signed"), HelpName = "WHO", DefaultValueFactory = _ => "team" }.AcceptOnlyFromAmong("team", "customer");
        var timeZone = new Option<string?>("--time-zone") { Description = Say.Of("Like Europe/Zurich; default UTC, for a customer that of the zone's windows"), HelpName = "ZONE" };
        var file = new Option<string?>("--out") { Description = Say.Of("Write it to this file"), HelpName = "FILE" };
        var force = new Option<bool>("--force") { Description = Say.Of("Also where the file is there already") };
        var command = CommandFactory.Make("report", Say.Of("What became of a rollout: what ran and for how long, who decided what, backups, and what stays to be done. Of one that runs, as of now."), async (context, cancellationToken) =>
        {
            var wanted = context.Json ? "json" : context.Get(format) ?? "md";
            var query = new StringBuilder($"{RolloutCommands.Path(context.Get(id))}/report?format={wanted}&audience={context.Get(audience)}");
            if (context.Get(zone) is { } one)
                query.Append($"&zone={FleetApi.Segment(one)}");
            if (context.Get(timeZone) is { } times)
                query.Append($"&timeZone={FleetApi.Segment(times)}");
            using var response = await context.Api.OpenAsync(query.ToString(), cancellationToken);
            var content = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (wanted == "json")
                content = [.. JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize<JsonElement>(content), ApiJson.Indented), (byte)'\n'];
            if (context.Get(file) is not { } name)
            {
                await using var output = Console.OpenStandardOutput();
                await output.WriteAsync(content, cancellationToken);
                return ExitCodes.Ok;
            }

            await OutputFile.WriteAsync(name, content, context.Get(force), cancellationToken);
            if (!context.Json)
                context.Terminal.Line(Say.Of($"Written to {name}."));
            return ExitCodes.Ok;
        }, id, format, zone, audience, timeZone, file, force);
        command.Validators.Add(result =>
        {
            if (result.GetValue(audience) == "customer" && result.GetValue(zone) is null)
                result.AddError(Say.Of("A report for a customer is about one zone: give --zone ZONE."));
            if (result.GetValue(format) is "md" or "html" && result.GetValue(GlobalOptions.Of(result).Output) == "json")
                result.AddError(Say.Of("-o json prints the document: leave --format out."));
        });
        return command.WithExamples(
            "fleet rollout report nov-window", "fleet rollout report nov-window --format html --lang zh --time-zone Asia/Shanghai --out nov-window.html",
            "fleet rollout report nov-window --zone sh4a --audience customer --format html --out sh4a.html");
    }
}
