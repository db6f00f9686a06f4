using Fleet.Cli.Rollouts.Timelines;
using Fleet.Orchestration.Reports;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Cli.Tests.Rollouts;

public sealed class TextPlotTests
{
    private static readonly IReadOnlyList<char> Letters = TextPlot.Letters(["preflight", "prepare-platform", "upgrade-platform"]);

    [Fact]
    public void Each_phase_has_a_letter_of_its_own_and_an_unknown_one_has_another() => string.Concat(Letters).ShouldBe("pru#");

    [Fact]
    public void A_row_shows_work_waiting_for_people_and_standing_apart_without_a_colour()
    {
        var plot = PlotSamples.Hour();
        var letters = TextPlot.Letters(plot.Phases);
        TextPlot.Cells(plot.Rows[0], plot, letters, 20).ShouldBe("ppuuuuuuuu?????uuuu·");
        TextPlot.Cells(plot.Rows[2], plot, letters, 20).ShouldBe(new string(' ', 20), "it was never started");
    }

    [Fact]
    public void What_was_short_is_seen_too()
    {
        var plot = PlotSamples.Hour();
        TextPlot.Cells(plot.Rows[1], plot, TextPlot.Letters(plot.Phases), 20).ShouldBe("    p······         ");
    }

    [Fact]
    public void Now_is_marked_in_every_row_while_it_runs()
    {
        var plot = PlotSamples.Hour(running: true);
        foreach (var row in plot.Rows.Skip(1))
            TextPlot.Cells(row, plot, TextPlot.Letters(plot.Phases), 20)[19].ShouldBe('│');
        var ended = PlotSamples.Hour();
        TextPlot.Cells(ended.Rows[2], ended, TextPlot.Letters(ended.Phases), 20).ShouldNotContain("│");
    }

    [Theory]
    [InlineData(20)]
    [InlineData(61)]
    [InlineData(120)]
    public void A_row_is_as_wide_as_the_plot_whatever_happened(int width)
    {
        var plot = PlotSamples.Hour(running: true);
        foreach (var row in plot.Rows)
            TextPlot.Cells(row, plot, TextPlot.Letters(plot.Phases), width).Length.ShouldBe(width);
        // What lies outside of the plot is drawn at its edges, not beside it.
        var outside = new PlotRow("a", ZoneState.Running, 1, 0, PlotSamples.Between(-30, 90), [new PlotBar(7, PlotSamples.Between(-30, 90))], [new Stretch(PlotSamples.Start, PlotSamples.Start)]);
        TextPlot.Cells(outside, plot, TextPlot.Letters(plot.Phases), width).Length.ShouldBe(width);
    }
}
