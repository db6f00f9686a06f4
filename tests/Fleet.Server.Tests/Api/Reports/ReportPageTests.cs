using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Fleet.Runbooks.Texts;
using Fleet.Server.Api.Reports;
using Fleet.Server.Api.Reports.Pages;
using NodaTime;

namespace Fleet.Server.Tests.Api.Reports;

public sealed class ReportPageTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Theory]
    [InlineData("en", 1)]
    [InlineData("zh", 6)]
    [InlineData("en", 40)]
    [InlineData("zh", 200)]
    public void The_html_is_one_well_formed_file_that_runs_and_loads_nothing(string language, int zones)
    {
        var html = Html(language, zones);
        var document = Parse(html);
        document.Descendants().Select(e => e.Name.LocalName).ShouldNotContain("script");
        document.Descendants().Attributes().Where(a => a.Name.LocalName is "src" or "href" || a.Name.LocalName.StartsWith("on", StringComparison.Ordinal)).ShouldBeEmpty();
        html.ShouldNotContain("url(http");
        document.Root!.Attribute("lang")!.Value.ShouldBe(language == "zh" ? "zh-CN" : "en");
        if (zones > 1)
        {
            html.ShouldContain(HtmlWriter.Escape(ReportSamples.Comment));
            html.ShouldContain(HtmlWriter.Escape(ReportSamples.Line));
        }
    }

    [Fact]
    public void Every_table_has_a_caption_and_headers_and_headings_step_down_one_by_one()
    {
        var document = Parse(Html("en", 6));
        foreach (var table in document.Descendants("table"))
        {
            table.Element("caption")!.Value.ShouldNotBeEmpty();
            table.Descendants("th").ShouldAllBe(h => h.Attribute("scope") != null);
            table.Element("tbody")!.Elements("tr").ShouldAllBe(r => r.Elements().Count() == table.Element("thead")!.Element("tr")!.Elements().Count());
        }

        var levels = document.Descendants().Where(e => e.Name.LocalName is "h1" or "h2" or "h3" or "h4").Select(e => e.Name.LocalName[1] - '0').ToList();
        levels.Count(l => l == 1).ShouldBe(1);
        levels.Zip(levels.Skip(1)).ShouldAllBe(p => p.Second <= p.First + 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(200)]
    public void The_timeline_has_a_row_for_each_zone_within_its_frame_and_says_what_it_is(int zones)
    {
        var drawing = Parse(Html("en", zones)).Descendants(Svg + "svg").Single();
        drawing.Element(Svg + "title")!.Value.ShouldNotBeEmpty();
        drawing.Element(Svg + "desc")!.Value.ShouldContain($"{zones} zones");
        var size = drawing.Attribute("viewBox")!.Value.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToList();
        foreach (var bar in drawing.Descendants(Svg + "rect"))
        {
            double Of(string name) => double.Parse(bar.Attribute(name)?.Value ?? "0", CultureInfo.InvariantCulture);
            (Of("x") + Of("width")).ShouldBeInRange(0, size[2]);
            (Of("y") + Of("height")).ShouldBeInRange(0, size[3]);
        }

        drawing.Elements(Svg + "g").Count(g => g.Element(Svg + "title") is not null).ShouldBe(zones);
        drawing.Descendants(Svg + "rect").ShouldContain(r => r.Attribute("class")!.Value == "wait");
    }

    [Fact]
    public void What_is_drawn_of_one_that_runs_has_a_line_for_now()
    {
        Parse(Html("en", 6, running: true)).Descendants(Svg + "path").ShouldContain(p => p.Attribute("class")!.Value == "now");
        Parse(Html("en", 6)).Descendants(Svg + "path").ShouldNotContain(p => p.Attribute("class")!.Value == "now");
    }

    [Fact]
    public void Markdown_says_the_same_and_no_text_means_anything_in_it()
    {
        var text = MarkdownWriter.Write(Page("en", 6));
        text.ShouldStartWith("# Report of the rollout nov-window\n");
        text.ShouldContain("**6 zones: 4 succeeded, 1 failed, 1 skipped.");
        text.ShouldContain(@"\<b\>their mirror\</b\> is behind \& it's known");
        text.Split('\n').Where(l => !l.StartsWith("    ", StringComparison.Ordinal)).ShouldAllBe(l => !l.Contains("<b>", StringComparison.Ordinal) && !l.Contains("<script>", StringComparison.Ordinal));
        text.ShouldContain("marked as done by hand by operator/ann.lee");
        text.ShouldContain("12345 bytes of its output were not kept");
        text.ShouldContain("rescue disabled is still in force on hyper1, hyper2");
        foreach (var table in text.Split("\n\n").Where(b => b.StartsWith('|')))
            table.Trim().Split('\n').Select(l => l.Replace(@"\|", "").Count(c => c == '|')).Distinct().Count().ShouldBe(1, table);
    }

    [Fact]
    public void In_Chinese_the_sentences_are_and_numbers_and_times_are_the_same()
    {
        var (english, chinese) = (MarkdownWriter.Write(Page("en", 6)), MarkdownWriter.Write(Page("zh", 6)));
        chinese.ShouldStartWith("# 批量升级 nov-window 报告\n");
        chinese.ShouldContain("6 个区域：4 成功、1 失败、1 已跳过");
        static IReadOnlyList<string> Moments(string text) => [.. System.Text.RegularExpressions.Regex.Matches(text, @"\d{4}-\d\d-\d\d \d\d:\d\d").Select(m => m.Value)];
        Moments(chinese).ShouldBe(Moments(english));
    }

    [Fact]
    public void Times_are_told_in_the_zone_that_is_named()
    {
        var page = TeamPage.Of(ReportMaker.Make(ReportSamples.Material(2), "Asia/Shanghai", null), new ReportWords(Language.English, DateTimeZoneProviders.Tzdb["Asia/Shanghai"]));
        var text = MarkdownWriter.Write(page);
        text.ShouldContain("**Started** 2026-11-01 22:00 by");
        text.ShouldContain("**Times are in** Asia/Shanghai");
    }

    [Theory]
    [InlineData("\u001b[2Jgone", "␛\\[2Jgone")]
    [InlineData("a\nb\tc", "a b c")]
    [InlineData("1. first", "1\\. first")]
    [InlineData("4.9.3", "4.9.3")]
    [InlineData("# no heading", "\\# no heading")]
    [InlineData("pre_upgrade *and* _that_ | `x`", "pre_upgrade \\*and\\* \\_that\\_ \\| \\`x\\`")]
    [InlineData("turned \u202e around", "turned \ufffd around")]
    public void Signs_of_Markdown_are_told_as_they_are(string given, string written) => MarkdownWriter.Escape(given).ShouldBe(written);

    [Theory]
    [InlineData(2, "UTC", 10)]
    [InlineData(300, "Asia/Shanghai", 10)]
    [InlineData(60 * 24 * 40, "Europe/Zurich", 7)]
    [InlineData(0, "UTC", 0)]
    public void A_time_axis_has_a_few_round_ticks(int minutes, string zone, int least)
    {
        var ticks = TimeAxis.Ticks(ReportSamples.Begin.AddSeconds(7), ReportSamples.Begin.AddMinutes(minutes), DateTimeZoneProviders.Tzdb[zone]);
        ticks.Count.ShouldBeInRange(Math.Min(least, 2), 13);
        ticks.ShouldAllBe(t => t.InZone(DateTimeZoneProviders.Tzdb[zone]).Second == 0);
    }

    private static Page Page(string language, int zones, bool running = false) =>
        TeamPage.Of(ReportMaker.Make(ReportSamples.Material(zones, running), "UTC", zone: null), new ReportWords(Language.Of(language)!, DateTimeZone.Utc));

    private static string Html(string language, int zones, bool running = false) => HtmlWriter.Write(Page(language, zones, running));

    private static XDocument Parse(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html.Replace("<!DOCTYPE html>\n", "", StringComparison.Ordinal)), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        return XDocument.Load(reader);
    }
}
