using System.Xml.Linq;
using Fleet.Cli.Rollouts.Timelines;
using SkiaSharp;

namespace Fleet.Cli.Tests.Rollouts;

/// <summary>The same picture as a terminal shows, in files.</summary>
public sealed class PlotFileTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void An_svg_stands_by_itself_and_has_every_bar_and_every_name()
    {
        var plot = PlotSamples.Hour(running: true);
        var document = XDocument.Parse(System.Text.Encoding.UTF8.GetString(SvgFile.Of(PlotPicture.Draw(plot))));
        document.Root!.Name.ShouldBe(Svg + "svg");
        var texts = document.Descendants(Svg + "text").Select(t => t.Value).ToList();
        foreach (var word in new[] { "pek1a", "cd1a", "sh1a", "1 preflight", "2 upgrade-platform", "waiting for people", "now", "10:00" })
            texts.ShouldContain(word);
        var boxes = document.Descendants(Svg + "rect").ToList();
        boxes.Count(b => b.Attribute("fill")!.Value == "url(#waiting)").ShouldBe(2, "one wait, and the legend's");
        boxes.Count.ShouldBe(1 + 4 + 1 + 3, "the paper, bars of work, a wait, the legend");
        // Nothing is fetched, and nothing runs.
        document.ToString().ShouldNotContain("href");
        document.Descendants(Svg + "script").ShouldBeEmpty();
    }

    [Fact]
    public void Bars_lie_where_their_times_are()
    {
        var picture = PlotPicture.Draw(PlotSamples.Hour());
        var boxes = picture.Marks.OfType<PlotBox>().ToList();
        var (first, second, wait) = (boxes[0], boxes[1], boxes.First(b => b.Hatched));
        second.X.ShouldBe(first.X + first.Width, 0.01);
        (second.Width / first.Width).ShouldBe(4, 0.01, "24 minutes beside 6");
        wait.X.ShouldBe(second.X + second.Width, 0.01, "it waited where it had worked before");
        picture.Marks.OfType<PlotBox>().ShouldAllBe(b => b.X >= 0 && b.X + b.Width <= picture.Width && b.Y + b.Height <= picture.Height);
    }

    [Fact]
    public void A_png_is_a_picture_with_the_colours_of_the_phases()
    {
        var picture = PlotPicture.Draw(PlotSamples.Hour());
        using var bitmap = SKBitmap.Decode(PngFile.Of(picture));
        bitmap.Width.ShouldBe((int)picture.Width * 2);
        var bar = picture.Marks.OfType<PlotBox>().First(b => !b.Hatched && b.Width > 30);
        bitmap.GetPixel((int)((bar.X + 3) * 2), (int)((bar.Y + 3) * 2)).ShouldBe(SKColor.Parse(bar.Colour));
        bitmap.GetPixel(1, bitmap.Height - 2).ShouldBe(SKColors.White);
    }

    [Fact]
    public void A_name_with_signs_of_xml_stays_a_name()
    {
        var plot = PlotSamples.Hour() with { Title = "<script>alert(1)</script> & \"x\"" };
        var document = XDocument.Parse(System.Text.Encoding.UTF8.GetString(SvgFile.Of(PlotPicture.Draw(plot))));
        document.Descendants(Svg + "title").Single().Value.ShouldBe(plot.Title);
        document.Descendants().Where(e => e.Name.LocalName == "script").ShouldBeEmpty();
    }
}
