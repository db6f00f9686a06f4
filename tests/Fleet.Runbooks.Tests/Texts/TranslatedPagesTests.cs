namespace Fleet.Runbooks.Tests.Texts;

/// <summary>A page that is there in two languages says the same in both: whoever changes one is reminded of the other.</summary>
public sealed class TranslatedPagesTests
{
    public static TheoryData<string, string> Pages => [("README.md", "README.zh-CN.md"), .. Directory.EnumerateFiles(Repository.PathOf("docs", "zh-CN"), "*.md").Select(Path.GetFileName).Select(name => ($"docs/{name}", $"docs/zh-CN/{name}"))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Both_have_the_same_headings_table_rows_and_code(string english, string chinese)
    {
        var (one, other) = (Page.Read(english), Page.Read(chinese));
        other.Headings.ShouldBe(one.Headings, $"levels of the headings in {chinese}");
        other.Rows.ShouldBe(one.Rows, $"cells of the table rows in {chinese}");
        other.Code.ShouldBe(one.Code, $"lines of the code blocks in {chinese}");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Each_links_to_the_other(string english, string chinese)
    {
        File.ReadAllText(Repository.PathOf(english)).ShouldContain($"[中文]({(english == "README.md" ? chinese : $"zh-CN/{Path.GetFileName(chinese)}")})");
        File.ReadAllText(Repository.PathOf(chinese)).ShouldContain($"[English]({(english == "README.md" ? english : $"../{Path.GetFileName(english)}")})");
    }

    private sealed record Page(IReadOnlyList<int> Headings, IReadOnlyList<int> Rows, IReadOnlyList<string> Code)
    {
        public static Page Read(string path)
        {
            var (headings, rows, code) = (new List<int>(), new List<int>(), new List<string>());
            var inCode = false;
            foreach (var line in File.ReadLines(Repository.PathOf(path)))
            {
                if (line.StartsWith("```", StringComparison.Ordinal))
                    inCode = !inCode;
                else if (inCode)
                    code.Add(line);
                else if (line.StartsWith('#'))
                    headings.Add(line.TakeWhile(c => c == '#').Count());
                else if (line.StartsWith('|'))
                    rows.Add(line.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|'));
            }

            return new Page(headings, rows, code);
        }
    }
}
