using Fleet.Cli.Rollouts;
using Fleet.Cli.Tests.Texts;
using Fleet.Cli.Watching;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Api.Rollouts;
using Spectre.Console;

namespace Fleet.Cli.Tests.Watching;

/// <summary>The picture of a rollout as somebody sees it who reads Chinese: words are, names and states stay.</summary>
public sealed class ChineseWatchTests
{
    [Fact]
    public void The_picture_says_all_in_Chinese_and_leaves_names_and_states()
    {
        var picture = Speaking.Chinese(() => Picture(State(
            Some.Zone("pek1a", ZoneState.Running, "upgrade-platform", "upgrade-packages") with
            {
                Attempt = 2,
                Progress = new StepProgress("hyper/hyper", 11, 13),
                Guards = [new GuardState { Name = "rescue-disabled", Nodes = ["hyper01"], Since = Some.Now.AddMinutes(-72) }],
            },
            Some.Zone("cd1a", ZoneState.Succeeded),
            Some.Zone("sh1a", ZoneState.Held, "stage-package", "upload-package") with { Standing = "pausing" })));
        picture.ShouldContain("批量升级 nov-window  4.3.2-20261101");
        picture.ShouldContain("running  失败预算 0/1");
        picture.ShouldContain("● 完成 1   ◐ 运行 1   ◆ 待决 1   ✕ 失败 0   ○ 等待 0");
        picture.ShouldContain("1 个区域已关闭灾难迁移，最久 1:12:00（pek1a）");
        picture.ShouldContain("upgrade-packages（第 2 次尝试） ▮▮▮▮▮▮▮▯ hyper/hyper 11，共 13");
        picture.ShouldContain("upload-package：进行到下一个安全点，然后停住");
        picture.ShouldContain("[q] 离开（批量升级继续进行）");
        var lines = picture.Split('\n');
        var heading = lines.Single(l => l.Contains("区域  ", StringComparison.Ordinal) && l.Contains("已过", StringComparison.Ordinal));
        Column(heading, "阶段").ShouldBe(Column(lines.Single(l => l.Contains("pek1a  ", StringComparison.Ordinal)), "upgrade-platform"));
    }

    [Fact]
    public void A_long_Chinese_sentence_is_cut_to_the_columns_that_it_takes()
    {
        var error = string.Concat(Enumerable.Repeat("磁盘已满，", 30));
        var picture = Speaking.Chinese(() => Picture(State(Some.Zone("pek1a", ZoneState.Failed, "verify", "services") with { Error = error })));
        var shown = picture.Split('\n').Single(l => l.Contains("磁盘", StringComparison.Ordinal));
        shown[shown.IndexOf('磁')..(shown.IndexOf('…') + 1)].GetCellWidth().ShouldBeInRange(69, 70);
    }

    [Fact]
    public void Changes_are_told_line_by_line()
    {
        var lines = Speaking.Chinese(() => WatchLines.Between(WatchState.Nothing, State(Some.Zone("pek1a", ZoneState.Running, "verify", "services") with { Attempt = 2, Standing = "paused" }), Some.Now).ToList());
        lines[0].ShouldEndWith("  批量升级 nov-window  running");
        lines[1].ShouldEndWith("  pek1a  running  verify/services 第 2 次尝试  停住：paused");
        Speaking.Chinese(() => RolloutPrinter.IncidentLines("nov", [Some.Incident("pek1a", "x")], Some.Now).ToList())[0].ShouldBe("未按预期进行的：");
    }

    private static int Column(string line, string text) => line[..line.IndexOf(text, StringComparison.Ordinal)].GetCellWidth();

    private static WatchState State(params RolloutZoneDocument[] zones) => WatchState.Nothing with { Rollout = Some.Rollout(zones), Zones = zones.ToDictionary(z => z.Name) };

    private static string Picture(WatchState state)
    {
        var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 200;
        console.Write(WatchView.Of(state, Some.Now, 40, keys: true));
        return writer.ToString();
    }
}
