using System.Text.RegularExpressions;

namespace Fleet.Runbooks.Tests.Texts;

/// <summary>A page that is there in two languages says the same in both: whoever changes one is reminded of the other.</summary>
public sealed partial class TranslatedPagesTests
{
    private const string Readme = "README.md";

    private static readonly IReadOnlyList<(string English, string Chinese)> InDocs =
        [.. Directory.EnumerateFiles(Repository.PathOf("docs", "zh-CN"), "*.md").Select(Path.GetFileName).Order(StringComparer.Ordinal).Select(name => ($"docs/{name}", $"docs/zh-CN/{name}"))];

    public static TheoryData<string, string> Pages => [(Readme, "README.zh-CN.md"), .. InDocs];

    /// <summary>Without the README, whose Chinese page tells in sentences of its own what comments in its commands say.</summary>
    public static TheoryData<string, string> Documents => [.. InDocs];

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
    [MemberData(nameof(Documents))]
    public void Each_section_has_as_many_paragraphs_and_list_items_in_both(string english, string chinese)
    {
        var (one, other) = (Page.Read(english), Page.Read(chinese));
        other.Sections.Count.ShouldBe(one.Sections.Count, $"sections of {chinese}");
        one.Sections.Zip(other.Sections).Where(s => s.First.Counts != s.Second.Counts)
            .Select(s => $"{s.First.Heading.Text} has {s.First.Counts}, {s.Second.Heading.Text} {s.Second.Counts}").ShouldBeEmpty($"sections of {english} that are longer or shorter in {chinese}");
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Each_paragraph_item_and_row_names_the_same_commands_keys_and_values_in_both(string english, string chinese)
    {
        var (one, other) = (Page.Read(english), Page.Read(chinese));
        var alike = one.Sections.Zip(other.Sections).Where(s => s.First.Counts == s.Second.Counts).SelectMany(s => s.First.Blocks.Prepend(s.First.Heading).Zip(s.Second.Blocks.Prepend(s.Second.Heading)));
        alike.Where(b => !b.First.Names.SetEquals(b.Second.Names))
            .Select(b => $"{b.Second.Text}\n  only in English: {string.Join(" ", b.First.Names.Except(b.Second.Names))}\n  only in Chinese: {string.Join(" ", b.Second.Names.Except(b.First.Names))}").ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Each_links_to_the_other(string english, string chinese)
    {
        File.ReadAllText(Repository.PathOf(english)).ShouldContain($"[中文]({(english == Readme ? chinese : $"zh-CN/{Path.GetFileName(chinese)}")})");
        File.ReadAllText(Repository.PathOf(chinese)).ShouldContain($"[English]({(english == Readme ? english : $"../{Path.GetFileName(english)}")})");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_Chinese_page_links_to_files_that_are_there_and_to_Chinese_pages_where_there_are_some(string english, string chinese)
    {
        var folder = Path.GetDirectoryName(Repository.PathOf(chinese))!;
        var translated = InDocs.Select(p => p.English).Append(english).Select(p => Repository.PathOf(p)).ToHashSet();
        foreach (var (text, target) in Page.Read(chinese).Links.Where(l => !l.Target.StartsWith("http", StringComparison.Ordinal)))
        {
            var path = Path.GetFullPath(Path.Combine(folder, target));
            (File.Exists(path) || Directory.Exists(path)).ShouldBeTrue($"{chinese} links to {target}, which is not there");
            (text == "English" || !translated.Contains(path)).ShouldBeTrue($"{chinese} links to {target}, which is there in Chinese");
        }
    }

    private sealed record Block(string Kind, string Text)
    {
        public HashSet<string> Names => [.. Name().Matches(Text).Select(m => m.Value)];
    }

    private sealed record Section(Block Heading, IReadOnlyList<Block> Blocks)
    {
        public string Counts => $"{Blocks.Count(b => b.Kind == "paragraph")} paragraphs, {Blocks.Count(b => b.Kind == "item")} items, {Blocks.Count(b => b.Kind == "row")} rows";
    }

    private sealed record Page(IReadOnlyList<string> Code, IReadOnlyList<Block> Blocks)
    {
        public IEnumerable<int> Headings => Blocks.Where(b => b.Kind == "heading").Select(b => b.Text.TakeWhile(c => c == '#').Count());

        public IEnumerable<int> Rows => Blocks.Where(b => b.Kind == "row").Select(b => b.Text.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|'));

        public IReadOnlyList<Section> Sections =>
            [.. Blocks.Index().Where(b => b.Item.Kind == "heading").Select(b => new Section(b.Item, [.. Blocks.Skip(b.Index + 1).TakeWhile(n => n.Kind != "heading")]))];

        public IEnumerable<(string Text, string Target)> Links => Blocks.SelectMany(b => Link().Matches(b.Text)).Select(m => (m.Groups["text"].Value, m.Groups["target"].Value)).Where(l => l.Item2.Length > 0);

        public static Page Read(string path)
        {
            var (code, blocks) = (new List<string>(), new List<Block>());
            var (inCode, inBlock) = (false, false);
            foreach (var line in File.ReadLines(Repository.PathOf(path)))
            {
                if (line.StartsWith("```", StringComparison.Ordinal))
                    (inCode, inBlock) = (!inCode, false);
                else if (inCode)
                    code.Add(line);
                else if (string.IsNullOrWhiteSpace(line) || line.StartsWith("<!--", StringComparison.Ordinal))
                    inBlock = false;
                else if (Item().IsMatch(line) || line.StartsWith('#') || line.StartsWith('|') || !inBlock)
                {
                    blocks.Add(new Block(line[0] switch { '#' => "heading", '|' => "row", _ => Item().IsMatch(line) ? "item" : "paragraph" }, line));
                    inBlock = line[0] is not ('#' or '|');
                }
                else
                    blocks[^1] = blocks[^1] with { Text = $"{blocks[^1].Text}\n{line}" };
            }

            return new Page(code, blocks);
        }
    }

    [GeneratedRegex("`[^`]+`")]
    private static partial Regex Name();

    [GeneratedRegex(@"\[(?<text>[^\]]+)\]\((?<target>[^)#]*)[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^(?:[-*]|\d+\.) ")]
    private static partial Regex Item();
}
