using System.Collections;
using System.CommandLine;
using System.Globalization;
using System.Resources;
using Fleet.Cli.CommandLine;

namespace Fleet.Cli.Tests.Texts;

public sealed class ParseErrorTests
{
    /// <summary>Of the library's sentences: headings and labels are said by the help page, and the rest is never told.</summary>
    private static readonly string[] NotErrors =
    [
        "DirectoryDoesNotExist", "FileDoesNotExist", "FileOrDirectoryDoesNotExist", "InvalidCharactersInPath", "InvalidCharactersInFileName", "ExceptionHandlerHeader", "SuggestionsTokenNotMatched",
        "VersionOptionDescription",
    ];

    [Theory]
    [InlineData("zones frobnicate", "不认识命令或参数“frobnicate”。")]
    [InlineData("zones", "缺少命令。")]
    [InlineData("zones show", "命令“show”缺少必需的参数“name”。")]
    [InlineData("rollout retry nov", "缺少必需的选项“--zone”。")]
    [InlineData("zones list --server", "选项“--server”缺少值。")]
    [InlineData("zones list -o table -o json", "选项“-o”只能有一个值，却给了 2 个。")]
    [InlineData("zones list -o xml", "不认识参数“xml”。应为以下之一：\n\t'table'\n\t'json'")]
    [InlineData("rollout limits nov --max-parallel many", "无法把选项“--max-parallel”的值“many”读作 System.Nullable`1[System.Int32]。")]
    [InlineData("rollout abort nov --now", "--now 是中途强行终止，只能逐个区域进行：请给出 --zone ZONE。")]
    public void A_wrong_line_is_told_in_Chinese(string line, string told) =>
        Speaking.Chinese(() => FleetCommands.Root().Parse(line).Errors.Select(e => ParseErrors.Told(e.Message)).ToList()).ShouldContain(told);

    [Theory]
    [InlineData("zones frobnicate")]
    [InlineData("zones list -o xml")]
    [InlineData("rollout limits nov --max-parallel many")]
    public void In_English_it_is_the_librarys_own_sentence(string line) =>
        FleetCommands.Root().Parse(line).Errors.ShouldAllBe(e => ParseErrors.Told(e.Message) == e.Message);

    [Fact]
    public void Every_sentence_of_the_library_is_known_as_it_has_it()
    {
        using var resources = new ResourceManager("System.CommandLine.Properties.Resources", typeof(Command).Assembly).GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!;
        var library = resources.Cast<DictionaryEntry>().ToDictionary(r => (string)r.Key, r => (string)r.Value!);
        library.Where(r => !r.Key.StartsWith("Help", StringComparison.Ordinal) && !NotErrors.Contains(r.Key)).Select(r => r.Value).Order(StringComparer.Ordinal)
            .ShouldBe(ParseErrors.Known.Order(StringComparer.Ordinal));
    }
}
