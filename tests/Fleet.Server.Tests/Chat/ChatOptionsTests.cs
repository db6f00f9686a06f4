using Fleet.Server.Chat;
using Fleet.Server.Chat.Irc;
using Fleet.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Server.Tests.Chat;

public sealed class ChatOptionsTests
{
    [Fact]
    public void Without_settings_there_is_no_chat() => Problems().ShouldBeEmpty();

    [Fact]
    public void All_that_is_wrong_is_told_at_once_with_key_value_and_what_is_allowed()
    {
        var problems = Problems(
            ("Irc:Server", "irc://irc.example.org"), ("Irc:Nick", "7up"), ("Irc:Trust", "everybody"), ("Irc:Account", "fleet"), ("Irc:Password", "hunter2hunter2"), ("Irc:LineEvery", "soon"), ("Irc:Ca", "/nonexistent/ca.pem"),
            ("Channels:0:Chat", "telex"), ("Channels:0:Channel", "# ops"), ("Channels:0:Language", "tlh"), ("Channels:0:Zones", "a=b,c"), ("Channels:0:LookWithoutLink", "perhaps"), ("Channels:0:ProgressEvery", "1s"));
        problems.Count.ShouldBe(13, string.Join('\n', problems));
        problems.ShouldContain(p => p.StartsWith("Fleet:Chat:Irc:Server is \"irc://irc.example.org\"; in clear", StringComparison.Ordinal));
        problems.ShouldContain(p => p.Contains("Fleet:Chat:Channels:0:Chat is \"telex\"", StringComparison.Ordinal) && p.Contains("irc", StringComparison.Ordinal));
        problems.ShouldAllBe(p => !p.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void A_password_comes_out_of_a_file_that_is_there()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "password");
        Problems(("Irc:Server", "ircs://irc.example.org"), ("Irc:Account", "fleet"), ("Irc:PasswordFile", file)).Single().ShouldContain(file);
        File.WriteAllText(file, "s3cret s3cret\n");
        List<string> problems = [];
        IrcOptions.Read(Configuration(("Irc:Server", "ircs://irc.example.org"), ("Irc:Account", "fleet"), ("Irc:PasswordFile", file)), problems)!.Password.ShouldBe("s3cret s3cret");
        problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_channel_is_found_by_its_name_in_any_case_and_no_other_is()
    {
        var options = ChatOptions.Read(Configuration(("Channels:0:Chat", "irc"), ("Channels:0:Channel", "#ops"), ("Channels:0:Language", "zh-CN")), ["irc"], []);
        options.Find("irc", "#OPS")!.Language.Tag.ShouldBe("zh-CN");
        options.Find("irc", "#ops2").ShouldBeNull();
        options.Find("slack", "#ops").ShouldBeNull();
    }

    [Fact]
    public async Task Each_chat_that_is_set_up_is_there_and_takes_channels_and_no_other_is()
    {
        using var folder = new TemporaryFolder();
        string Secret(string name, string content)
        {
            var file = Path.Combine(folder.Path, name);
            File.WriteAllText(file, content);
            return file;
        }

        (string, string)[] slack = [("Slack:TokenFile", Secret("token", "xoxb-1-test")), ("Slack:SigningSecretFile", Secret("signing", "0123456789abcdef0123456789abcdef"))];
        (string, string)[] feishu = [("Feishu:AppId", "cli_a1"), ("Feishu:AppSecretFile", Secret("app", "app-secret")), ("Feishu:EncryptKeyFile", Secret("encrypt", "encrypt-key"))];
        (string, string)[] channels = [("Channels:0:Chat", "slack"), ("Channels:0:Channel", "C1"), ("Channels:1:Chat", "feishu"), ("Channels:1:Channel", "oc_1")];
        Problems([.. slack, .. feishu, .. channels]).ShouldBeEmpty();
        Problems([.. slack, .. channels]).Single().ShouldContain("Fleet:Chat:Channels:1:Chat is \"feishu\"");
        (await NamesAsync([.. slack, .. feishu, .. channels])).ShouldBe(["slack", "feishu"]);
        (await NamesAsync(feishu)).ShouldBe(["feishu"]);
        (await NamesAsync(("Irc:Server", "ircs://irc.example.org"))).ShouldBe(["irc"]);
        (await NamesAsync()).ShouldBeEmpty();
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(params (string, string)[] settings)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System);
        ChatRegistration.Add(services, Configuration(settings));
        await using var provider = services.BuildServiceProvider();
        return [.. provider.GetServices<IChat>().Select(c => c.Name)];
    }

    private static List<string> Problems(params (string Key, string Value)[] settings)
    {
        List<string> problems = [];
        ChatRegistration.Check(Configuration(settings), problems);
        return problems;
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Fleet:Chat:{s.Key}", (string?)s.Value))).Build();
}
