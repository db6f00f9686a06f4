using System.CommandLine;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Reports;
using Fleet.Server.Api.Rollouts;
using NodaTime;
using NodaTime.TimeZones;

namespace Fleet.Cli.Rollouts.Timelines;

internal static class TimelineCommand
{
    public static Command Make()
    {
        var id = RolloutCommands.IdArgument();
        var zone = new Option<string?>("--zone") { Description = Say.Of("A row for each phase of this zone"), HelpName = "ZONE" };
        var file = new Option<string?>("--out") { Description = Say.Of("Draw it into this file: .svg or .png"), HelpName = "FILE" };
        var force = new Option<bool>("--force") { Description = Say.Of("Also where the file is there already") };
        var command = CommandFactory.Make("timeline", Say.Of("How long each phase took on each zone, as a plot; waiting for people told apart."), async (context, cancellationToken) =>
        {
            var path = RolloutCommands.Path(context.Get(id));
            if (context.Json)
            {
                context.Terminal.WriteJson((await context.Api.GetAsync<TimelineDocument>($"{path}/timeline", cancellationToken)).Json);
                return ExitCodes.Ok;
            }

            var report = (await context.Api.GetAsync<ReportDocument>($"{path}/report?format=json", cancellationToken)).Value;
            var plot = PlotMaker.Make(report, context.Get(zone), Here());
            if (context.Get(file) is { } name)
            {
                var picture = PlotPicture.Draw(plot);
                await OutputFile.WriteAsync(name, IsPng(name) ? PngFile.Of(picture) : SvgFile.Of(picture), context.Get(force), cancellationToken);
                context.Terminal.Line(Say.Of($"Written to {name}."));
                return ExitCodes.Ok;
            }

            TextPlot.Print(context.Terminal, plot);
            if (context.Get(zone) is null)
                PhaseTable.Print(context.Terminal, report, TextPlot.Letters(plot.Phases));
            return ExitCodes.Ok;
        }, id, zone, file, force);
        command.Validators.Add(result =>
        {
            if (result.GetValue(file) is { } name && !IsPng(name) && !name.EndsWith(".svg", StringComparison.OrdinalIgnoreCase))
                result.AddError(Say.Of($"--out is '{name}': it takes a file that ends with .svg or .png."));
            if (result.GetValue(file) is not null && result.GetValue(GlobalOptions.Of(result).Output) == "json")
                result.AddError(Say.Of("-o json prints the document: leave --out out."));
        });
        return command.WithExamples("fleet timeline nov-window", "fleet timeline nov-window --zone pek1a", "fleet timeline nov-window --out nov-window.svg", "fleet timeline nov-window -o json");
    }

    private static bool IsPng(string name) => name.EndsWith(".png", StringComparison.OrdinalIgnoreCase);

    /// <summary>This machine's, as far as it has one that is known.</summary>
    private static DateTimeZone Here()
    {
        try
        {
            return DateTimeZoneProviders.Tzdb.GetSystemDefault();
        }
        catch (Exception e) when (e is DateTimeZoneNotFoundException or InvalidTimeZoneException or TimeZoneNotFoundException)
        {
            return DateTimeZone.Utc;
        }
    }
}
