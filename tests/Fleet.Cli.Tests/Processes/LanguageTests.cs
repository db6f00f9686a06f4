namespace Fleet.Cli.Tests.Processes;

/// <summary>What a server tells a person through the program, in the language of the person.</summary>
public sealed class LanguageTests(ServedFleet fleet) : IClassFixture<ServedFleet>
{
    private const string InChinese = "没有区域 nowhere。用 fleet zones list 可查看。";
    private const string InEnglish = "There is no zone nowhere. fleet zones list shows them.";

    [Theory]
    [InlineData("", "--lang zh", InChinese)]
    [InlineData("LANG=zh_CN.UTF-8", "", InChinese)]
    [InlineData("FLEET_LANG=zh-CN LANG=C.UTF-8", "", InChinese)]
    [InlineData("LANG=zh_CN.UTF-8", "--lang en", InEnglish)]
    [InlineData("LANG=de_DE.UTF-8", "", InEnglish)]
    public async Task A_refusal_is_told_in_the_language_of_the_person(string environment, string option, string told)
    {
        var (code, output) = await RunAsync(environment, ["zones", "show", "nowhere", .. option.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        code.ShouldBe(2);
        output.ShouldContain(told);
    }

    [Fact]
    public async Task A_language_that_is_not_spoken_is_refused_with_those_that_are()
    {
        var (code, output) = await RunAsync("", ["zones", "list", "--lang", "tlh"]);
        code.ShouldBe(2);
        output.ShouldContain("zh-CN");
        output.ShouldContain("tlh");
    }

    [Fact]
    public async Task What_a_person_set_counts_from_then_on()
    {
        var home = $"XDG_CONFIG_HOME={Path.Combine(fleet.Folder, "config")}";
        (await RunAsync(home, ["settings", "lang", "zh-CN"])).ExitCode.ShouldBe(0);
        (await RunAsync(home, ["zones", "show", "nowhere"])).Output.ShouldContain(InChinese);
        (await RunAsync(home, ["settings", "lang", "-o", "json"])).Output.ShouldContain("\"lang\": \"zh-CN\"");
    }

    private Task<(int ExitCode, string Output)> RunAsync(string environment, string[] line)
    {
        var all = new Dictionary<string, string?>(fleet.Client) { ["LC_ALL"] = "", ["LC_MESSAGES"] = "", ["LANG"] = "C.UTF-8", ["FLEET_LANG"] = "", ["XDG_CONFIG_HOME"] = Path.Combine(fleet.Folder, "no-config") };
        foreach (var pair in environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=', 2)))
            all[pair[0]] = pair[1];
        return Run.FleetAsync(all, line);
    }
}
