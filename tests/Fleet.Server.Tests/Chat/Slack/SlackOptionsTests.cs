using Fleet.Server.Chat.Slack;
using Fleet.Testing;
using Microsoft.Extensions.Configuration;

namespace Fleet.Server.Tests.Chat.Slack;

public sealed class SlackOptionsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> problems = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Where_nothing_is_set_there_is_no_Slack()
    {
        Read([]).ShouldBeNull();
        problems.ShouldBeEmpty();
    }

    [Fact]
    public void Secrets_are_read_from_files()
    {
        var options = Read(new() { ["TokenFile"] = Written("t", "xoxb-1-2-x\n"), ["SigningSecretFile"] = Written("s", RunningSlack.Secret), ["AppTokenFile"] = Written("a", "xapp-1"), ["Mentions:sre"] = "S0614TZR7" })!;
        problems.ShouldBeEmpty();
        (options.Token, options.SigningSecret, options.AppToken, options.Host.Api).ShouldBe(("xoxb-1-2-x", RunningSlack.Secret, "xapp-1", new Uri("https://slack.com/api/")));
        options.Mentions["SRE"].ShouldBe("S0614TZR7");
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once_and_no_secret_with_it()
    {
        Read(new() { ["Token"] = "xoxb-in-the-open", ["TokenFile"] = Written("t", "hunter2"), ["AppTokenFile"] = "/nowhere/app", ["Api"] = "https://slack.com.evil.example/api", ["Mentions:sre"] = "@sre" });
        problems.Count.ShouldBe(5);
        problems.ShouldContain(p => p.StartsWith("Fleet:Chat:Slack:Token is set: it takes a file", StringComparison.Ordinal));
        problems.ShouldContain(p => p.EndsWith("and what stands in it is no bot's token (xoxb-…).", StringComparison.Ordinal));
        problems.ShouldContain(p => p.StartsWith("Fleet:Chat:Slack:AppTokenFile is \"/nowhere/app\", which cannot be read", StringComparison.Ordinal));
        problems.ShouldContain(p => p.StartsWith("Fleet:Chat:Slack:Api is \"https://slack.com.evil.example/api\": it takes an https URL of slack.com", StringComparison.Ordinal));
        problems.ShouldContain("Fleet:Chat:Slack:Mentions:sre is \"@sre\": it takes the id of a person (U…, W…) or of a group (S…), or here or channel.");
        string.Concat(problems).ShouldNotContain("hunter2");
        string.Concat(problems).ShouldNotContain("in-the-open");
    }

    [Theory]
    [InlineData("http://slack.com/api/")]
    [InlineData("https://ann@slack.com/api/")]
    [InlineData("http://10.0.0.1/api/")]
    [InlineData("slack")]
    public void Its_address_is_Slacks_or_this_machines(string api)
    {
        Read(new() { ["TokenFile"] = Written("t", "xoxb-1"), ["AppTokenFile"] = Written("a", "xapp-1"), ["Api"] = api });
        problems.Count.ShouldBe(1);
    }

    private SlackOptions? Read(Dictionary<string, string?> settings) =>
        SlackOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => $"Fleet:Chat:Slack:{s.Key}", s => s.Value)).Build(), problems);

    private string Written(string name, string text)
    {
        var path = Path.Combine(folder.Path, name);
        File.WriteAllText(path, text);
        return path;
    }
}
