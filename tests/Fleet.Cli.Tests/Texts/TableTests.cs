using Fleet.Cli.Output;
using Spectre.Console;

namespace Fleet.Cli.Tests.Texts;

/// <summary>A full-width character takes two columns of the screen.</summary>
public sealed class TableTests
{
    [Fact]
    public void Columns_stand_under_their_Chinese_headings()
    {
        var lines = Speaking.Chinese(() =>
        {
            var table = new TextTable("rollout", "state", "● done", "by");
            table.Add("nov-window", "running", "3", "ann");
            table.Add("十一月窗口", "failed", "12", "王");
            return table.Lines().ToList();
        });
        lines.ShouldBe(
        [
            "批量升级    状态     ● 完成  人员",
            "nov-window  running  3       ann",
            "十一月窗口  failed   12      王",
        ]);
        lines.Select(l => l[..l.LastIndexOf(' ')].GetCellWidth()).Distinct().ShouldHaveSingleItem("the last column begins where its heading does");
    }

    [Fact]
    public void A_terminal_shows_the_same_columns()
    {
        var shown = Speaking.Chinese(() =>
        {
            var table = new TextTable("zone", "reached", "");
            table.Add("pek1a", new Cell("● 正常"), "x");
            table.Add("上海一区甲", new Cell("✕"), "x");
            var writer = new StringWriter();
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(writer) });
            console.Profile.Width = 80;
            console.Write(table.AsRenderable());
            return writer.ToString();
        });
        shown.Split('\n').Where(l => l.Contains('x')).Select(l => l[..l.IndexOf('x')].GetCellWidth()).Distinct().ShouldHaveSingleItem(shown);
        shown.ShouldStartWith("区域");
    }

    [Fact]
    public void In_English_a_table_is_as_it_was()
    {
        var table = new TextTable("rollout", "", "by");
        table.Add("nov", "x", "ann");
        table.Lines().ShouldBe(["rollout     by", "nov      x  ann"]);
    }

    [Theory]
    [InlineData("one two three", 7, "one |two |three")]
    [InlineData("没有区域符合，请更正。", 8, "没有区域|符合，请|更正。")]
    [InlineData("正在查看区域，然后", 12, "正在查看区|域，然后")]
    [InlineData("用（括号）写", 5, "用|（括|号）|写")]
    [InlineData("a line\nand another", 20, "a line|and another")]
    [InlineData("", 5, "")]
    public void Lines_break_where_they_may(string text, int width, string lines)
    {
        var wrapped = ScreenText.Wrap(text, width).ToList();
        string.Join('|', wrapped).ShouldBe(lines);
        wrapped.ShouldAllBe(l => l.GetCellWidth() <= width);
    }

    [Theory]
    [InlineData("short", 10, "short")]
    [InlineData("just too long", 8, "just to…")]
    [InlineData("没有区域符合", 12, "没有区域符合")]
    [InlineData("没有区域符合", 8, "没有区…")]
    [InlineData("🙂🙂🙂🙂", 6, "🙂🙂…")]
    public void What_is_cut_fits(string text, int width, string cut) => ScreenText.Cut(text, width).ShouldBe(cut);
}
