using Fleet.Runbooks.Calendars;
using NodaTime;
using NodaTime.Text;

namespace Fleet.Runbooks.Tests.Calendars;

/// <summary>When a zone is open, until when, and from when again.</summary>
public sealed class OpeningsTests
{
    private const string Night = "windows: [{name: night, days: [mon, tue], from: \"22:00\", to: \"06:00\"}]";

    [Theory]
    [InlineData("2026-11-30 21:59", false)] // a Monday
    [InlineData("2026-11-30 22:00", true)]
    [InlineData("2026-12-01 05:59", true)]
    [InlineData("2026-12-01 06:00", false)]
    [InlineData("2026-12-02 05:59", true)] // begun on Tuesday
    [InlineData("2026-12-02 22:30", false)] // Wednesday
    [InlineData("2026-11-30 05:00", false)] // nothing began on Sunday
    public void A_window_over_midnight_belongs_to_the_day_on_which_it_begins(string at, bool open) => Of(Night).IsOpen("verify", At(at)).ShouldBe(open);

    [Theory]
    [InlineData("2026-11-30 23:00", "2026-12-01 06:00")]
    [InlineData("2026-12-01 23:00", "2026-12-02 06:00")]
    public void It_stays_open_until_its_end(string at, string until) => Of(Night).OpenUntil("verify", At(at)).ShouldBe(At(until));

    [Theory]
    [InlineData("2026-11-30 12:00", "2026-11-30 22:00")]
    [InlineData("2026-12-02 07:00", "2026-12-07 22:00")]
    public void It_opens_next_when_it_begins(string at, string opens) => Of(Night).OpensAt("verify", At(at)).ShouldBe(At(opens));

    [Fact]
    public void Windows_that_meet_are_one_and_around_the_clock_never_closes()
    {
        Of("windows: [{name: a, from: \"20:00\", to: \"24:00\"}, {name: b, from: \"00:00\", to: \"04:00\"}]").OpenUntil("verify", At("2026-11-30 21:00")).ShouldBe(At("2026-12-01 04:00"));
        Of("windows: [{name: always, from: \"00:00\", to: \"24:00\"}]").OpenUntil("verify", At("2026-11-30 21:00")).ShouldBeNull();
        Openings.Always.OpenUntil("verify", At("2026-11-30 21:00")).ShouldBeNull();
    }

    [Fact]
    public void A_window_for_some_phases_leaves_the_others_open()
    {
        var openings = Of("windows: [{name: night, from: \"22:00\", to: \"06:00\", phases: [upgrade-platform]}]");
        openings.IsOpen("stage-package", At("2026-11-30 12:00")).ShouldBeTrue();
        openings.IsOpen("upgrade-platform", At("2026-11-30 12:00")).ShouldBeFalse();
        openings.OpenUntil("stage-package", At("2026-11-30 12:00")).ShouldBeNull();
    }

    [Fact]
    public void Dates_open_on_those_days_only_and_never_again()
    {
        var openings = Of("windows: [{name: once, dates: [2026-12-01], from: \"22:00\", to: \"02:00\"}]");
        openings.IsOpen("verify", At("2026-12-02 01:00")).ShouldBeTrue();
        openings.OpensAt("verify", At("2026-11-30 12:00")).ShouldBe(At("2026-12-01 22:00"));
        openings.OpensAt("verify", At("2026-12-02 03:00")).ShouldBeNull();
    }

    [Fact]
    public void A_freeze_closes_what_is_open_and_what_is_in_no_window()
    {
        const string freeze = "freezes: [{name: ice, from: 2026-11-30 23:00, to: 2026-12-01 01:00}]";
        var frozen = Of(freeze);
        frozen.IsOpen("verify", At("2026-11-30 23:30")).ShouldBeFalse();
        frozen.FreezeAt(At("2026-11-30 23:30"))!.Name.ShouldBe("ice");
        frozen.OpenUntil("verify", At("2026-11-30 12:00")).ShouldBe(At("2026-11-30 23:00"));
        frozen.OpensAt("verify", At("2026-11-30 23:30")).ShouldBe(At("2026-12-01 01:00"));
        var both = Of($"{Night}\n{freeze}");
        both.OpenUntil("verify", At("2026-11-30 22:30")).ShouldBe(At("2026-11-30 23:00"));
        both.OpensAt("verify", At("2026-11-30 23:30")).ShouldBe(At("2026-12-01 01:00"), "the night goes on behind it");
    }

    [Fact]
    public void Where_the_clock_is_turned_a_window_keeps_its_local_hours()
    {
        // Berlin: 02:00 is skipped on 29 March 2026, and comes twice on 25 October.
        var berlin = Of("windows: [{name: night, from: \"01:30\", to: \"03:30\"}]", "Europe/Berlin");
        var spring = Instant.FromUtc(2026, 3, 29, 0, 30);
        berlin.OpenUntil("verify", spring).ShouldBe(spring + Duration.FromHours(1));
        var autumn = Instant.FromUtc(2026, 10, 24, 23, 30);
        berlin.OpenUntil("verify", autumn).ShouldBe(autumn + Duration.FromHours(3));
        Of("windows: [{name: gap, from: \"02:30\", to: \"05:00\"}]", "Europe/Berlin").IsOpen("verify", Instant.FromUtc(2026, 3, 29, 1, 45)).ShouldBeTrue("half past two comes at half past three");
    }

    private static Openings Of(string windows, string zone = "Asia/Shanghai")
    {
        var loaded = CalendarLoader.Load($"apiVersion: fleet/v1\ntimeZone: {zone}\n{windows}\n");
        loaded.Problems.ShouldBeEmpty();
        return new Openings(loaded.Calendar!.Windows, loaded.Calendar.Freezes);
    }

    /// <summary>In Shanghai.</summary>
    private static Instant At(string text) => LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm").Parse(text).Value.InZoneStrictly(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).ToInstant();
}
