using Fleet.Cli.CommandLine;
using Fleet.Cli.Settings;

namespace Fleet.Cli.Tests.Settings;

public sealed class LanguageChoiceTests
{
    [Theory]
    [InlineData("", "", null, "en")]
    [InlineData("zones list --lang zh", "FLEET_LANG=en", "en", "zh-CN")]
    [InlineData("--lang=en zones list", "FLEET_LANG=zh", "zh-CN", "en")]
    [InlineData("zones list -- --lang zh", "", null, "en")]
    [InlineData("zones list", "FLEET_LANG=zh LANG=en_US.UTF-8", "en", "zh-CN")]
    [InlineData("zones list", "LANG=en_US.UTF-8", "zh-CN", "zh-CN")]
    [InlineData("zones list", "LANG=zh_CN.UTF-8", "en", "en")]
    [InlineData("zones list", "LANG=zh_CN.UTF-8", null, "zh-CN")]
    [InlineData("zones list", "LC_ALL=C.UTF-8 LC_MESSAGES=zh_CN.UTF-8 LANG=zh_CN.UTF-8", null, "en")]
    [InlineData("zones list", "LC_MESSAGES=zh_CN.UTF-8 LANG=en_US.UTF-8", null, "zh-CN")]
    [InlineData("zones list", "LANG=de_DE.UTF-8", null, "en")]
    [InlineData("zones list", "", "tlh", "en")]
    public void The_nearest_to_the_person_counts(string line, string environment, string? setting, string language)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(v => v.Split('=')[0], v => v.Split('=')[1]);
        LanguageChoice.Of(line.Split(' '), variables.GetValueOrDefault, new PersonalSettings { Lang = setting }).Tag.ShouldBe(language);
    }

    [Fact]
    public void A_variable_that_names_no_language_is_refused_with_those_that_there_are()
    {
        var refused = Should.Throw<CliFailure>(() => LanguageChoice.Of([], name => name == "FLEET_LANG" ? "tlh" : null, new PersonalSettings()));
        refused.ExitCode.ShouldBe(ExitCodes.Usage);
        refused.Message.ShouldBe("FLEET_LANG is \"tlh\"; allowed are en, zh-CN.");
    }

    [Fact]
    public void Settings_that_cannot_be_read_set_nothing_and_are_told()
    {
        var folder = Directory.CreateTempSubdirectory("fleet-settings-").FullName;
        var file = Path.Combine(folder, "fleet", "settings.json");
        PersonalSettings.Read(file, out var none).ShouldBe(new PersonalSettings());
        none.ShouldBeNull();
        new PersonalSettings { Lang = "zh-CN" }.Write(file);
        PersonalSettings.Read(file, out _).Lang.ShouldBe("zh-CN");
        File.WriteAllText(file, "{");
        PersonalSettings.Read(file, out var problem).Lang.ShouldBeNull();
        problem.ShouldNotBeNull();
        Directory.Delete(folder, recursive: true);
    }
}
