using System.Net.Http.Headers;
using Fleet.Testing;
using Spectre.Console;

namespace Fleet.Cli.Tests.Processes;

/// <summary>The program in Chinese as a person has it in front of them, and what stays as it is for programs.</summary>
public sealed class ChineseTests(ServedFleet fleet) : IClassFixture<ServedFleet>
{
    [Fact]
    public async Task A_table_has_Chinese_headings_with_its_columns_under_them()
    {
        await StartedAsync("la1", "table");
        var lines = (await fleet.WellAsync("rollout", "list", "--lang", "zh-CN")).Split('\n');
        lines[0].ShouldStartWith("批量升级  ");
        var row = lines.Single(l => l.StartsWith("table ", StringComparison.Ordinal));
        foreach (var (heading, value) in (ReadOnlySpan<(string, string)>)[("状态", "running"), ("软件包", "4.3.2-20261101"), ("人员", "operator")])
            Column(lines[0], heading).ShouldBe(Column(row, value), $"{heading}\n{lines[0]}\n{row}");
        await fleet.WellAsync("rollout", "abort", "table");
    }

    [Fact]
    public async Task What_goes_wrong_is_told_in_Chinese_with_the_same_exit_code()
    {
        await SaysAsync(4, "无法连到服务器 http://127.0.0.1:1/：", Run.FleetAsync("zones", "list", "--server", "http://127.0.0.1:1", "--lang", "zh"));
        await SaysAsync(2, "不认识命令或参数“frobnicate”。", Run.FleetAsync("zones", "frobnicate", "--lang", "zh"));
        await SaysAsync(2, "例如：fleet zones import zones.yaml\n参见：fleet zones --help\n", Run.FleetAsync("zones", "frobnicate", "--lang", "zh"));
        await SaysAsync(2, "/none.yaml 不存在。", fleet.FleetAsync("zones", "import", "/none.yaml", "--lang", "zh"));
        await SaysAsync(2, "Fleet:Roles（--roles）为“cook”：可写 coordinator、worker 和 web，用逗号分隔。", Run.FleetAsync("serve", "--roles", "cook", "--lang", "zh"));
        var data = Directory.CreateTempSubdirectory("fleet-second-").FullName;
        await SaysAsync(1, $"Fleet 无法启动：另一个程序已在监听 {fleet.Url}。", fleet.FleetAsync("serve", "--data", data, "--listen", fleet.Url, "--lang", "zh"));
        Directory.Delete(data, recursive: true);
    }

    [Theory]
    [InlineData("zones list")]
    [InlineData("packages list")]
    [InlineData("runbook show qingcloud-upgrade")]
    [InlineData("workers")]
    public async Task What_programs_read_is_the_same_bytes_in_both_languages(string command)
    {
        await fleet.WellAsync("zones", "import", Inventory("lb1"));
        // A worker says in its document when it was last heard of.
        static string Still(string json) => string.Join('\n', json.Split('\n').Where(l => !l.Contains("\"lastSeen\"", StringComparison.Ordinal)));
        var english = await fleet.WellAsync([.. command.Split(' '), "-o", "json", "--lang", "en"]);
        var chinese = await fleet.WellAsync([.. command.Split(' '), "-o", "json", "--lang", "zh"]);
        Still(chinese).ShouldBe(Still(english));
    }

    [Fact]
    public async Task A_question_is_asked_in_Chinese_with_the_keys_of_its_choices()
    {
        await fleet.WellAsync("zones", "import", Inventory("lc1"));
        await fleet.WellAsync("packages", "add", Package());
        var strategy = fleet.Write("approved-zh.yaml", "apiVersion: fleet/v1\nname: approved\napprovals: {required: 1, self: true}\nwaves: [{name: all}]\n");
        (await fleet.WellAsync("rollout", "start", "--zones", "lc1", "--package", "4.3.2-20261101", "--strategy", strategy, "--name", "asks", "--lang", "zh")).ShouldContain("asks 获批准后开始：1 个区域升级到 4.3.2-20261101。");
        await using var terminal = await TmuxTerminal.StartAsync(fleet.Client, ["decisions", "watch", "--rollout", "asks", "--lang", "zh"]);
        await terminal.ShowsAsync("正在等待待决事项；Ctrl-C 离开");
        await terminal.ShowsAsync("◆ asks 的启动");
        await terminal.ShowsAsync("[a] approve  [r] reject  [enter] 暂不回答  [Q] 返回");
        await terminal.TypeAsync("Enter");
        await terminal.ShowsAsync("返回 暂不回答");
        await fleet.WellAsync("rollout", "abort", "asks");
    }

    [Fact]
    public async Task A_watch_in_a_terminal_is_Chinese_and_left_with_the_same_key()
    {
        await StartedAsync("ld1", "watched");
        await using var terminal = await TmuxTerminal.StartAsync(fleet.Client, ["rollout", "watch", "watched", "--lang", "zh"]);
        await terminal.ShowsAsync("[q] 离开（批量升级继续进行）");
        await terminal.ShowsAsync("批量升级 watched");
        await terminal.TypeAsync("q");
        await terminal.ShowsAsync("批量升级 watched 继续进行。");
        await terminal.ShowsAsync("ended with 0");
        await fleet.WellAsync("rollout", "abort", "watched");
    }

    [Fact]
    public async Task A_server_tells_its_own_terminal_in_Chinese_and_everybody_else_as_they_ask()
    {
        var folder = Directory.CreateTempSubdirectory("fleet-served-zh-").FullName;
        var url = $"http://127.0.0.1:{Loopback.FreePort()}";
        await using (var server = ChildProcess.Start(Run.File, ["serve", "--data", Path.Combine(folder, "data"), "--listen", url], new Dictionary<string, string?> { ["LANG"] = "zh_CN.UTF-8", ["FLEET_LANG"] = "zh-CN" }, folder))
        {
            await Eventually.BeTrueAsync(() => server.Output.Contains("  池", StringComparison.Ordinal) || server.Output.Contains("，池 ", StringComparison.Ordinal), TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken, () => server.Output);
            server.Output.ShouldContain("Fleet 已运行：coordinator, worker, web");
            server.Output.ShouldContain($"  地址     {url}");
            using var http = new HttpClient();
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(folder, "data", "token"))).Trim());
            (await (await http.GetAsync($"{url}/api/v1/zones/nowhere")).Content.ReadAsStringAsync()).ShouldContain("There is no zone nowhere.");
            server.Signal("TERM");
            await server.WaitForExitAsync(TestContext.Current.CancellationToken);
            server.Output.Split('\n').Where(l => l.Contains("info:", StringComparison.Ordinal)).ShouldAllBe(l => l.All(c => c < '\u4e00' || c > '\u9fff'), "logs are English");
        }

        Directory.Delete(folder, recursive: true);
    }

    private static int Column(string line, string text) => line[..line.IndexOf(text, StringComparison.Ordinal)].GetCellWidth();

    private static async Task SaysAsync(int code, string said, Task<(int ExitCode, string Output)> run)
    {
        var (exit, output) = await run;
        exit.ShouldBe(code, output);
        output.ShouldContain(said);
    }

    /// <summary>A rollout whose zone is a person's, so that nothing begins in it.</summary>
    private async Task StartedAsync(string zone, string rollout)
    {
        await fleet.WellAsync("zones", "import", Inventory(zone));
        await fleet.WellAsync("packages", "add", Package());
        await fleet.WellAsync("zones", "take", zone);
        await fleet.WellAsync("rollout", "start", "--zones", zone, "--package", "4.3.2-20261101", "--name", rollout);
    }

    private string Inventory(string name) => fleet.Write($"{name}.yaml", $"apiVersion: fleet/v1\ndefaults: {{user: root, identity: file:/nowhere/id}}\nzones:\n  - {{name: {name}, kind: sub, firstbox: {{host: 127.0.0.1, port: {Loopback.FreePort()}}}}}\n");

    private string Package()
    {
        var path = Path.Combine(fleet.Folder, "qingcloud-installer_4.3.2-20261101_amd64.tar.gz");
        if (!File.Exists(path))
            File.WriteAllBytes(path, ServedTests.Archive());
        return path;
    }
}
