using System.Text.Json;
using Fleet.Runbooks.Texts;
using Fleet.Server.Api;
using Fleet.Server.Api.Reports;
using Fleet.Server.Api.Reports.Pages;
using NodaTime;

namespace Fleet.Server.Tests.Api.Reports;

public sealed class CustomerReportTests
{
    public static TheoryData<string, string, bool> Editions
    {
        get
        {
            var editions = new TheoryData<string, string, bool>();
            foreach (var format in (string[])["json", "md", "html"])
            {
                foreach (var language in (string[])["en", "zh"])
                {
                    editions.Add(format, language, false);
                    editions.Add(format, language, true);
                }
            }

            return editions;
        }
    }

    [Theory]
    [MemberData(nameof(Editions))]
    public void Nothing_is_told_of_other_zones_persons_ways_in_output_or_comments(string format, string language, bool running)
    {
        var material = ReportSamples.Material(12, running);
        foreach (var zone in material.Zones)
        {
            var told = Written(zone.Zone.Name, format, language, running);
            foreach (var secret in zone.Undisclosed.Where(s => s != "ops").Concat(["ann.lee", "operator/", "nov-window", "mirror", "behind", "Failed to fetch", "pitrix-hyper", "alert(1)", "typed by hand", "w7", "nights", "lease", "policy:"]))
                told.ShouldNotContain(secret, Case.Insensitive, $"{zone.Zone.Name} as {format}");
            told.ShouldContain(zone.Zone.Name);
        }
    }

    [Fact]
    public void It_has_what_its_customer_asks_for_and_room_to_sign()
    {
        var told = Written(ReportSamples.Zone(1), "md", "en", running: false);
        told.ShouldContain("Upgrade of zone-01");
        told.ShouldContain("Result: failed");
        told.ShouldContain("installer 4.9.3, qingcloud 20240101");
        told.ShouldContain("as recorded, not verified");
        told.ShouldContain("212 items checked, 1 were not well");
        told.ShouldContain("| /pitrix/backup/4.9.3-20240101/installer/installer_pg_dumpall.gz | firstbox | verified |");
        told.ShouldContain("| node left out | hyper07: hyper/hyper |");
        told.ShouldContain("| manual operation | see the operator's records |");
        told.ShouldContain("| guard in force | rescue disabled |");
        told.ShouldContain("sat, sun 22:00 – 06:00 Asia/Shanghai");
        told.ShouldContain("| Signature |");
        told.ShouldContain("2026-11-01 22:33", Case.Sensitive, "its times are those of its own clock");
    }

    [Theory]
    [InlineData("hyper07: hyper/hyper", true)]
    [InlineData("/pitrix/backup/4.9.3-20240101/installer", true)]
    [InlineData("upgrade-platform/upgrade-packages", true)]
    [InlineData("zone-02-hyper1: hyper", false)]
    [InlineData("see ZONE-02.", false)]
    [InlineData("at 10.1.2.3: down", false)]
    [InlineData("at fe80::1", false)]
    [InlineData("mail to ops@example", false)]
    [InlineData("zone-021", true)]
    public void What_holds_an_address_or_a_name_that_is_not_to_be_told_is_withheld(string text, bool told) =>
        CustomerReportMaker.IsTold(text, new HashSet<string>(["zone-02", "ops"], StringComparer.OrdinalIgnoreCase)).ShouldBe(told);

    private static string Written(string zone, string format, string language, bool running)
    {
        var material = ReportSamples.Material(12, running);
        var before = Language.Current;
        try
        {
            Language.Current = Language.Of(language)!;
            var report = ReportMaker.Make(material, "Asia/Shanghai", zone);
            var told = CustomerReportMaker.Make(report, report.Zones.Single(), material.Zones.Single(z => z.Zone.Name == zone).Undisclosed);
            var page = CustomerPage.Of(told, new ReportWords(Language.Current, DateTimeZoneProviders.Tzdb["Asia/Shanghai"]));
            return format switch { "json" => JsonSerializer.Serialize(told, ApiJson.Options), "md" => MarkdownWriter.Write(page), _ => HtmlWriter.Write(page) };
        }
        finally
        {
            Language.Current = before;
        }
    }
}
