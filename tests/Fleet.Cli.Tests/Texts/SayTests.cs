using Fleet.Cli.Output;
using Fleet.Runbooks.Texts;

namespace Fleet.Cli.Tests.Texts;

public sealed class SayTests
{
    [Fact]
    public void English_is_as_it_stands_in_the_source()
    {
        var (zone, share, none) = ("{pek1a}", 0.256, (string?)null);
        Say.Of($"{zone} has {share:0.0}, {Guid.Empty:N}, {none}{{braces}} at {new DateTimeOffset(2026, 11, 1, 2, 0, 0, TimeSpan.Zero):u}.")
            .ShouldBe($"{zone} has {share:0.0}, {Guid.Empty:N}, {none}{{braces}} at {new DateTimeOffset(2026, 11, 1, 2, 0, 0, TimeSpan.Zero):u}.");
        Say.Of("a {brace} as it is").ShouldBe("a {brace} as it is");
    }

    [Fact]
    public void Chinese_puts_the_same_values_where_it_wants_them()
    {
        var person = "ann";
        Speaking.Chinese(() => Say.Of($"taken by {person}")).ShouldBe("ann 已接管");
        Speaking.Chinese(() => Say.Of($"Backed up to {"f"} ({1234567:N0} bytes): the {"sqlite"} store as of {DateTimeOffset.UnixEpoch:u}, {Say.Of("without packages")}."))
            .ShouldBe("已备份到 f（1,234,567 字节）：sqlite 存储，时间 1970-01-01 00:00:00Z，不含软件包。");
    }

    [Fact]
    public void What_has_no_Chinese_is_said_in_English() =>
        Speaking.Chinese(() => Say.Of($"no line says {1}") + Say.Of(" such a thing") + Say.Of("since", "no sense")).ShouldBe("no line says 1 such a thingsince");

    [Fact]
    public void One_word_may_be_two_in_Chinese()
    {
        Speaking.Chinese(() => Say.Of("since", "how long")).ShouldNotBe(Speaking.Chinese(() => Say.Of("since")));
        Say.Of("since", "how long").ShouldBe("since");
    }

    [Theory]
    [InlineData(0, "0 zones", "0 个区域")]
    [InlineData(1, "1 zone", "1 个区域")]
    [InlineData(12, "12 zones", "12 个区域")]
    public void A_number_of_things_has_two_forms_in_English_and_one_in_Chinese(int count, string english, string chinese)
    {
        Words.Plural(count, "zone", "zones").ShouldBe(english);
        Speaking.Chinese(() => Words.Plural(count, "zone", "zones")).ShouldBe(chinese);
    }

    [Theory]
    [InlineData(3, "刚刚")]
    [InlineData(75, "1 分钟前")]
    [InlineData(7300, "2 小时前")]
    public void An_age_is_told_in_Chinese(int seconds, string told) => Speaking.Chinese(() => Words.Ago(TimeSpan.FromSeconds(seconds))).ShouldBe(told);

    [Fact]
    public async Task The_language_of_one_command_is_not_that_of_another()
    {
        static async Task<string> TellAsync(Language language)
        {
            Language.Current = language;
            await Task.Yield();
            return Say.Of("just now");
        }

        (await Task.WhenAll(TellAsync(Language.Chinese), TellAsync(Language.English))).ShouldBe(["刚刚", "just now"]);
        Say.Of("just now").ShouldBe("just now");
    }
}
