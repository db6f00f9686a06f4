using System.Text.Json.Nodes;
using Fleet.Runbooks.Calendars;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Tests.Schema;
using NodaTime;

namespace Fleet.Runbooks.Tests.Calendars;

public sealed class CalendarLoaderTests
{
    private static readonly string Example = File.ReadAllText(Repository.PathOf("docs", "examples", "calendars", "nights-and-weekends.yaml"));
    private static readonly JsonObject Schema = JsonNode.Parse(File.ReadAllText(Repository.PathOf("contracts", "schemas", "calendar.schema.json")))!.AsObject();

    [Fact]
    public async Task What_is_shipped_satisfies_the_schema_and_the_loader()
    {
        var loaded = CalendarLoader.Load(Example);
        loaded.Problems.ShouldBeEmpty();
        (await SchemaCheck.ErrorsAsync(Schema, Example)).ShouldBeEmpty();
        var night = loaded.Calendar!.Windows[0];
        night.ShouldSatisfyAllConditions(
            w => w.Name.ShouldBe("beijing-night"),
            w => w.Zones.ShouldBe("region=pek"),
            w => w.TimeZone.Id.ShouldBe("Asia/Shanghai"),
            w => w.Days.ShouldBe([IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Wednesday, IsoDayOfWeek.Thursday]),
            w => w.From.ShouldBe(new LocalTime(22, 0)),
            w => w.To.ShouldBe(new LocalTime(6, 0)),
            w => w.Phases.Count.ShouldBe(6));
        loaded.Calendar.Freezes.Single().ShouldSatisfyAllConditions(f => f.From.ShouldBe(Instant.FromUtc(2026, 11, 8, 16, 0)), f => f.To.ShouldBe(Instant.FromUtc(2026, 11, 12, 16, 0)));
    }

    [Theory]
    [InlineData("timeZone: Asia/Shanghai", "timeZone: Asia/Shanghia", "3:11 calendar-time-zone-like")]
    [InlineData("timeZone: Asia/Shanghai", "timeZone: Nowhere/AtAllXYZ", "3:11 calendar-time-zone")]
    [InlineData("from: \"22:00\"", "from: \"25:00\"", "8:11 calendar-bad-time")]
    [InlineData("to: \"06:00\"", "to: \"22:00\"", "9:9 calendar-window-never-open")]
    [InlineData("[mon, tue,", "[monday, tue,", "7:12 file-bad-choice")]
    [InlineData("days: [sat, sun]", "dates: [2026-13-01]", "13:13 calendar-bad-date")]
    [InlineData("days: [sat, sun]", "days: [sat]\n    dates: [2026-12-01]", "14:12 calendar-days-and-dates")]
    [InlineData("to: 2026-11-13", "to: 2026-11-09", "19:9 calendar-freeze-ends-before")]
    [InlineData("to: 2026-11-13", "to: soon", "19:9 calendar-bad-moment")]
    [InlineData("name: guangdong-weekend", "name: beijing-night", "11:11 file-duplicate-name")]
    public void What_is_wrong_is_told_with_its_place(string right, string wrong, string expected)
    {
        var text = Example.Replace(right, wrong, StringComparison.Ordinal);
        text.ShouldNotBe(Example);
        string.Join(' ', CalendarLoader.Load(text).Problems.Select(p => $"{p.Line}:{p.Column} {p.Code}")).ShouldBe(expected);
    }

    [Fact]
    public void Without_a_time_zone_a_window_says_nothing() =>
        CalendarLoader.Load("apiVersion: fleet/v1\nwindows: [{name: a, from: \"1:00\", to: \"02:00\"}]").Problems.Select(p => p.Code).ShouldBe(["file-missing-key", "calendar-bad-time"]);

    [Theory]
    [InlineData("")]
    [InlineData("- a")]
    [InlineData("windows: 3")]
    [InlineData("windows: [1, {}, {name: [], from: {}, days: {}}]\nfreezes: [[], {from: 1, to: 2}]")]
    public void Whatever_is_given_is_refused_with_a_reason(string text) => CalendarLoader.Load(text).ShouldSatisfyAllConditions(l => l.Calendar.ShouldBeNull(), l => l.Problems.ShouldNotBeEmpty());

    [Fact]
    public void Schema_and_loader_have_the_same_keys()
    {
        Names(Schema["properties"]!).ShouldBe(Keys.Calendar, ignoreOrder: true);
        Names(Schema["definitions"]!["window"]!["properties"]!).ShouldBe(Keys.Window, ignoreOrder: true);
        Names(Schema["definitions"]!["freeze"]!["properties"]!).ShouldBe(Keys.Freeze, ignoreOrder: true);
        Schema["definitions"]!["window"]!["properties"]!["days"]!["items"]!["enum"]!.AsArray().Select(d => d!.GetValue<string>()).ShouldBe(Keys.Days);
        var reference = File.ReadAllText(Repository.PathOf("docs", "calendar.md"));
        Keys.Calendar.Concat(Keys.Window).Concat(Keys.Freeze).Where(k => !reference.Contains($"`{k}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(p => p.Key);
}
