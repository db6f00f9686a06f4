using Fleet.Cli.Rollouts;
using Fleet.Cli.Watching;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Api.Rollouts;
using Spectre.Console;

namespace Fleet.Cli.Tests.Watching;

public sealed class WatchTests
{
    [Fact]
    public void The_picture_says_all_in_words()
    {
        var state = State(
            Some.Zone("pek1a", ZoneState.Running, "upgrade-platform", "upgrade-packages") with
            {
                Progress = new StepProgress("hyper/hyper", 11, 13),
                Guards = [new GuardState { Name = "rescue-disabled", Nodes = ["hyper01"], Since = Some.Now.AddMinutes(-72) }],
            },
            Some.Zone("cd1a", ZoneState.Succeeded),
            Some.Zone("sh1a", ZoneState.Held, "stage-package", "upload-package") with { Error = "The \u001b[31mdisk is full" });
        var picture = Picture(state, 40);
        picture.ShouldContain("rollout nov-window  4.3.2-20261101");
        picture.ShouldContain("budget 0 of 1");
        picture.ShouldContain("● 1 done   ◐ 1 running   ◆ 1 need you");
        picture.ShouldContain("rescue off in 1 zone, longest 1:12:00 (pek1a)");
        picture.ShouldContain("upgrade-packages ▮▮▮▮▮▮▮▯ hyper/hyper 11 of 13");
        picture.ShouldContain("0:41");
        picture.ShouldContain("The ␛[31mdisk is full");
        picture.IndexOf("sh1a", StringComparison.Ordinal).ShouldBeLessThan(picture.IndexOf("cd1a", StringComparison.Ordinal), "what needs a person comes first");
        picture.ShouldNotContain("\u001b", Case.Sensitive, "there are no colours where there is no terminal");
    }

    [Fact]
    public void What_did_not_go_as_it_should_is_told_newest_last_and_says_where_the_rest_is()
    {
        RolloutPrinter.IncidentLines("nov", [], Some.Now).ShouldBeEmpty();
        var one = RolloutPrinter.IncidentLines("nov", [Some.Incident("pek1a", "Worker \u001b[31mw1 was not heard of.")], Some.Now).ToList();
        one[0].ShouldBe("What did not go as it should:");
        one[1].ShouldEndWith("  pek1a  Worker ␛[31mw1 was not heard of.");
        var many = RolloutPrinter.IncidentLines("nov", [.. Enumerable.Range(1, 13).Select(i => Some.Incident($"z{i}", "x"))], Some.Now).ToList();
        many.Count.ShouldBe(13);
        many[0].ShouldContain("fleet audit --rollout nov --incidents");
        many[1].ShouldContain("  z2  ");
        many[^1].ShouldContain("  z13  ");
    }

    [Fact]
    public void Many_zones_are_cut_to_the_screen_and_counted()
    {
        var picture = Picture(State([.. Enumerable.Range(1, 100).Select(i => Some.Zone($"zone{i:000}", ZoneState.Running, "preflight", "versions"))]), 24);
        picture.Split('\n').Length.ShouldBeLessThanOrEqualTo(25);
        picture.ShouldContain("more zones");
    }

    [Fact]
    public void Phases_are_shown_as_done_now_and_to_come() =>
        WatchView.PhaseBar(Some.Zone("a", ZoneState.Running, "stage-package") with { PhasesDone = ["preflight"] }, ["preflight", "stage-package", "verify"]).ShouldBe("▮◧▯");

    [Fact]
    public void Without_a_terminal_each_change_is_one_line()
    {
        var before = State(Some.Zone("pek1a", ZoneState.Running, "preflight", "versions"), Some.Zone("cd1a", ZoneState.Waiting));
        WatchLines.Between(WatchState.Nothing, before, Some.Now).Select(l => l[10..]).ShouldBe(["rollout nov-window  running", "pek1a  running  preflight/versions"]);
        var after = before.With(before.Zones["pek1a"] with { Step = "services", Progress = new StepProgress("x", 1, 2) });
        WatchLines.Between(before, after, Some.Now).Select(l => l[10..]).ShouldBe(["pek1a  running  preflight/services"]);
        WatchLines.Between(after, after.With(after.Zones["pek1a"] with { Progress = new StepProgress("x", 2, 2) }), Some.Now).ShouldBeEmpty();
    }

    [Fact]
    public void Waiting_ends_where_every_zone_stands_behind_until()
    {
        var stands = Some.Zone("pek1a", ZoneState.Running) with { Standing = "until" };
        var state = State(stands, Some.Zone("cd1a", ZoneState.Succeeded));
        state = state with { Rollout = state.Rollout! with { Until = "preflight" } };
        state.StandsAtUntil.ShouldBeTrue();
        state.With(Some.Zone("sh1a", ZoneState.Running, "preflight")).StandsAtUntil.ShouldBeFalse();
    }

    private static WatchState State(params RolloutZoneDocument[] zones) => WatchState.Nothing with { Rollout = Some.Rollout(zones), Zones = zones.ToDictionary(z => z.Name) };

    private static string Picture(WatchState state, int height)
    {
        var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 160;
        console.Write(WatchView.Of(state, Some.Now, height, keys: true));
        return writer.ToString();
    }
}
