using System.CommandLine;
using System.Text;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Calendars;

namespace Fleet.Cli.Calendars;

/// <summary>Windows in which zones may be worked on, and freezes.</summary>
internal static class CalendarCommands
{
    public static Command Make() => CommandFactory.Group("calendar", Say.Of("Change windows and freezes: when zones may be worked on."), Show(), Set(), Clear(), Zones())
        .WithExamples("fleet calendar set windows.yaml", "fleet calendar zones --zones region=pek --at '2026-12-01 22:00'");

    private static Command Show() => CommandFactory.Make("show", Say.Of("The windows and freezes that hold, as their file."), async (context, cancellationToken) =>
    {
        context.Show(await context.Api.GetAsync<CalendarDocument>("calendar", cancellationToken), calendar =>
        {
            if (calendar.Text.Length == 0)
            {
                context.Terminal.Line(Say.Of("No calendar is set: zones are open at any time. Set one: fleet calendar set FILE"));
                return;
            }

            context.Terminal.Line(Say.Of($"# set {Words.Moment(calendar.SetAt!.Value)} by {calendar.SetBy}, sha-256 {calendar.Digest}"));
            foreach (var line in calendar.Text.TrimEnd().Split('\n'))
                context.Terminal.Line(Harmless.Line(line));
        });
        return ExitCodes.Ok;
    }).WithExamples("fleet calendar show");

    private static Command Set()
    {
        var file = new Argument<string>("file") { Description = Say.Of("The calendar, a YAML file") };
        return CommandFactory.Make("set", Say.Of("Windows and freezes from now on, for what runs too."), async (context, cancellationToken) =>
        {
            var path = context.Get(file);
            try
            {
                var answer = await context.Api.PutAsync<CalendarDocument>("calendar", new CalendarRequest(Encoding.UTF8.GetString(await InputFile.ReadAsync(path, cancellationToken))), cancellationToken);
                context.Show(answer, calendar => context.Terminal.Line(Say.Of($"The calendar is set, sha-256 {calendar.Digest}. How it stands with zones: fleet calendar zones")));
                return ExitCodes.Ok;
            }
            catch (CliFailure failure) when (failure.Errors.Count > 0)
            {
                throw failure.About(path);
            }
        }, file).WithExamples("fleet calendar set windows.yaml");
    }

    private static Command Clear() => CommandFactory.Make("clear", Say.Of("No windows and no freezes from now on."), async (context, cancellationToken) =>
    {
        context.Show(await context.Api.PutAsync<CalendarDocument>("calendar", new CalendarRequest(""), cancellationToken), _ => context.Terminal.Line(Say.Of("No calendar is set any more: zones are open at any time.")));
        return ExitCodes.Ok;
    }).WithExamples("fleet calendar clear");

    private static Command Zones()
    {
        var zones = new Option<string>("--zones") { Description = Say.Of("all, names (pek1a,cd1a) or labels (region=pek,tier!=canary)"), HelpName = "SELECTOR", DefaultValueFactory = _ => "all" };
        var phase = new Option<string?>("--phase") { Description = Say.Of("The phase that is asked about; default what an upgrade begins with"), HelpName = "PHASE" };
        var at = new Option<string?>("--at") { Description = Say.Of("The moment; default now"), HelpName = "TIME" };
        return CommandFactory.Make("zones", Say.Of("Whether zones are open, and until when or from when."), async (context, cancellationToken) =>
        {
            var path = $"calendar/zones?selector={FleetApi.Segment(context.Get(zones)!)}{(context.Get(phase) is { } p ? $"&phase={FleetApi.Segment(p)}" : "")}{(context.Get(at) is { } text ? $"&at={FleetApi.Segment($"{TimeText.Parse(text):O}")}" : "")}";
            context.Show(await context.Api.GetAsync<IReadOnlyList<ZoneOpeningDocument>>(path, cancellationToken), openings =>
            {
                var table = new TextTable("zone", "", "until", "why");
                foreach (var opening in openings)
                {
                    table.Add(
                        opening.Zone,
                        opening.Closed is null ? new Cell(Say.Of("● open"), Styles.Good) : new Cell(Say.Of("○ closed"), Styles.NeedsYou),
                        (opening.OpenUntil ?? opening.OpensAt) is { } until ? Words.Moment(until) : opening.Closed is null ? "–" : Say.Of("never"),
                        opening.Closed?.Text ?? "");
                }

                table.Write(context.Terminal);
            });
            return ExitCodes.Ok;
        }, zones, phase, at).WithExamples("fleet calendar zones --zones region=pek", "fleet calendar zones --phase upgrade-platform --at '2026-12-01 22:00'");
    }
}
