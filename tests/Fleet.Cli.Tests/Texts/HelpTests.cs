using System.CommandLine;
using System.CommandLine.Help;
using Fleet.Cli.CommandLine;
using Fleet.Runbooks.Texts;
using Spectre.Console;

namespace Fleet.Cli.Tests.Texts;

public sealed class HelpTests
{
    public static TheoryData<string> All => [.. Paths(FleetCommands.Root(), "")];

    /// <summary>The page is the program's own, so that it can be told in Chinese; in English it is the library's, byte for byte.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public async Task In_English_a_page_is_as_System_CommandLine_writes_it(string path)
    {
        foreach (var width in (int[])[int.MaxValue, 120, 80, 40])
        {
            var root = FleetCommands.Root();
            var help = root.Options.OfType<HelpOption>().Single();
            var own = new StringWriter();
            new HelpPage(own, width).Write(Find(root, path));
            help.Action = new HelpAction { MaxWidth = width };
            var library = new StringWriter();
            await root.Parse($"{path} --help").InvokeAsync(new InvocationConfiguration { Output = library });
            own.ToString().ShouldBe(library.ToString(), $"at {width} columns");
        }
    }

    [Fact]
    public async Task The_root_is_told_in_Chinese()
    {
        var page = await ChineseAsync("");
        page.ShouldStartWith("说明：\n  安全地并行升级众多区域，并显示进展。\n\n用法：\n  ");
        page.ShouldContain(" [命令] [选项]\n");
        page.ShouldContain("选项：\n");
        page.ShouldContain("命令：\n");
        page.ShouldContain("显示帮助和用法");
        page.ShouldContain("显示版本");
        page.ShouldEndWith("fleet rollout start --zones all --package 4.3.2-20261101 --watch\n\n");
        page.ShouldContain("示例：\n  fleet serve\n");
    }

    [Theory]
    [InlineData("rollout start", "开始把区域升级到一个软件包。", "--zones <SELECTOR>")]
    [InlineData("decisions answer", "回答一个待决事项；只有一次，以第一个回答为准。", "[默认：this]")]
    [InlineData("zones trust", "读取主机密钥，显示指纹，在给出 --fingerprint 或输入 yes 后固定。", "--fingerprint <SHA256:…>")]
    [InlineData("rollout waive", "冻结仍然有效。", "--zone <ZONE> （必填）")]
    public async Task A_command_is_told_in_Chinese_and_what_is_typed_stays(string path, string description, string typed)
    {
        var page = await ChineseAsync(path);
        page.ShouldContain(description);
        page.ShouldContain(typed);
        page.ShouldContain("-o, --output <json|table>");
        page.ShouldContain("示例：\n  fleet ");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void In_Chinese_every_description_of_a_page_is_Chinese_and_fits_the_screen(string path)
    {
        var page = Speaking.Chinese(() =>
        {
            var writer = new StringWriter();
            new HelpPage(writer, 80).Write(Find(FleetCommands.Root(), path));
            return writer.ToString();
        });
        page.Split('\n').ShouldAllBe(line => line.GetCellWidth() <= 80);
        var command = Speaking.Chinese(() => Find(FleetCommands.Root(), path));
        command.Options.Select(o => o.Description).Concat(command.Arguments.Select(a => a.Description)).Append(command.Description)
            .ShouldAllBe(d => d!.Any(c => c >= '\u4e00' && c <= '\u9fff'));
    }

    private static async Task<string> ChineseAsync(string path)
    {
        Language.Current = Language.Chinese;
        var output = new StringWriter();
        (await FleetCommands.Root().Parse($"{path} --help").InvokeAsync(new InvocationConfiguration { Output = output })).ShouldBe(0);
        return output.ToString();
    }

    private static Command Find(Command root, string path) =>
        path.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(root, (command, name) => command.Subcommands.First(c => c.Name == name));

    private static IEnumerable<string> Paths(Command command, string path) =>
        command.Subcommands.SelectMany(c => Paths(c, $"{path} {c.Name}".Trim())).Prepend(path);
}
