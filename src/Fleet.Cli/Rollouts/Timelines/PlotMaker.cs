using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Orchestration.Reports;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Api.Reports;
using NodaTime;

namespace Fleet.Cli.Rollouts.Timelines;

/// <summary>Makes a plot out of a rollout's report: the same times, told apart in the same way. Pure.</summary>
internal static class PlotMaker
{
    /// <summary>Room behind now, for what is to come.</summary>
    private const double Ahead = 0.04;

    /// <param name="zone">Null: a row for each zone of the rollout; otherwise a row for each phase of this one.</param>
    public static Plot Make(ReportDocument report, string? zone, DateTimeZone timeZone)
    {
        var end = report.EndedAt ?? report.AsOf;
        var phases = report.Phases.Select(p => p.Name).ToList();
        if (zone is null)
            return Whole(new Plot(report.Name, report.StartedAt, end, report.Running ? report.AsOf : null, timeZone, phases, [.. report.Zones.Select(z => Row(z, phases, end))]));
        var one = report.Zones.FirstOrDefault(z => z.Name == zone) ?? throw new CliFailure(ExitCodes.Usage, Say.Of($"{report.Name} has no zone {zone}. Its zones: {string.Join(", ", report.Zones.Select(z => z.Name))}."));
        var (from, to) = (one.StartedAt ?? report.StartedAt, one.EndedAt ?? end);
        return Whole(new Plot($"{report.Name} {one.Name}", from, to, one.EndedAt is null && report.Running ? report.AsOf : null, timeZone, phases, [.. one.Phases.Select(p => Row(p, one, phases, to))]));
    }

    private static Plot Whole(Plot plot) => plot.Now is null ? plot : plot with { To = plot.To + (plot.Length * Ahead) };

    private static PlotRow Row(ReportZone zone, IReadOnlyList<string> phases, DateTimeOffset end) => new(
        zone.Name, zone.State, zone.Seconds, zone.WaitingSeconds, zone.StartedAt is { } start ? new Stretch(start, zone.EndedAt ?? end) : null,
        [.. zone.Phases.SelectMany(p => p.Working.Select(w => new PlotBar(Place(phases, p.Name), w)))], zone.Waiting);

    private static PlotRow Row(ReportZonePhase phase, ReportZone zone, IReadOnlyList<string> phases, DateTimeOffset end)
    {
        var whole = new Stretch(phase.StartedAt, phase.EndedAt ?? end);
        return new PlotRow(
            phase.Name, phase.Done ? ZoneState.Succeeded : phase.EndedAt is null ? zone.State : ZoneState.Failed, Math.Max(0, (whole.To - whole.From).TotalSeconds), phase.WaitingSeconds, whole,
            [.. phase.Working.Select(w => new PlotBar(Place(phases, phase.Name), w))], Stretches.Within(zone.Waiting, whole.From, whole.To));
    }

    /// <summary>A phase that the runbook's order does not name comes last.</summary>
    private static int Place(IReadOnlyList<string> phases, string name) => phases.TakeWhile(p => p != name).Count();
}
