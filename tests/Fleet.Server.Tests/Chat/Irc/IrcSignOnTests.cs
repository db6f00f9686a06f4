using System.Security.Authentication;
using System.Text;
using Fleet.Server.Chat.Irc;
using Fleet.Testing;

namespace Fleet.Server.Tests.Chat.Irc;

public sealed class IrcSignOnTests : IDisposable
{
    private const string Password = "correct horse";
    private static readonly string Plain = Convert.ToBase64String(Encoding.UTF8.GetBytes($"fleet\0fleet\0{Password}"));
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task It_signs_in_before_it_is_welcomed_and_learns_whether_accounts_are_told()
    {
        await using var server = new ScriptedServer(line => Services(line, "903 fleet :in"));
        (await SignOnAsync(server)).ShouldBe(("fleet", true));
        server.Heard.ShouldBe(["CAP LS 302", "NICK fleet", "USER fleet 0 * :Fleet", "CAP REQ :account-tag sasl", "AUTHENTICATE PLAIN", $"AUTHENTICATE {Plain}", "CAP END"]);
    }

    [Fact]
    public async Task A_wrong_password_ends_it_and_is_not_told()
    {
        await using var server = new ScriptedServer(line => Services(line, "904 fleet :no"));
        var failed = await Should.ThrowAsync<IOException>(() => SignOnAsync(server));
        failed.Message.ShouldContain("does not take the account fleet");
        failed.Message.ShouldNotContain(Password);
    }

    [Theory]
    [InlineData("account-tag multi-prefix")]
    [InlineData("multi-prefix")]
    public async Task Where_it_cannot_sign_in_it_does_not_go_on_without(string offered)
    {
        await using var server = new ScriptedServer(line => line switch
        {
            "CAP LS 302" => $":s CAP * LS :{offered}",
            "CAP REQ :account-tag" => ":s CAP * ACK :account-tag",
            "CAP END" => ":s 001 fleet :welcome",
            _ => null,
        });
        (await Should.ThrowAsync<IOException>(() => SignOnAsync(server))).Message.ShouldContain("SASL");
        server.Heard.ShouldNotContain(l => l.StartsWith("AUTHENTICATE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_with_a_wrong_certificate_is_told_nothing()
    {
        using var authority = new Authority(Path.Combine(folder.Path, "right"));
        using var other = new Authority(Path.Combine(folder.Path, "wrong"));
        await using var server = new ScriptedServer(line => Services(line, "903 fleet :in"), authority.Issue(null, "localhost"));
        await Should.ThrowAsync<AuthenticationException>(() => SignOnAsync(server, "ircs://localhost", null));
        await Should.ThrowAsync<AuthenticationException>(() => SignOnAsync(server, "ircs://localhost", other.File));
        await Should.ThrowAsync<AuthenticationException>(() => SignOnAsync(server, "ircs://127.0.0.1", authority.File));
        server.Heard.ShouldBeEmpty();
        (await SignOnAsync(server, "ircs://localhost", authority.File)).Nick.ShouldBe("fleet");
    }

    [Theory]
    [InlineData("annacc", "a@host", "annacc", true)]
    [InlineData("annacc", "other@host", "ann", false)]
    [InlineData(null, "a@host", "ann", false)]
    public async Task Who_speaks_is_asked_for_and_held_against_user_and_host(string? account, string userAtHost, string expected, bool proven)
    {
        IrcPeople? people = null;
        people = new IrcPeople(new IrcOptions { Server = new Uri("irc://127.0.0.1") }, tellsAccounts: false, (line, _) =>
        {
            line.ShouldBe("WHOIS ann");
            people!.Heard(IrcLine.Parse($":s 311 fleet ann {userAtHost.Replace('@', ' ')} * :Ann")!);
            if (account is not null)
                people.Heard(IrcLine.Parse($":s 330 fleet ann {account} :is logged in as")!);
            people.Heard(IrcLine.Parse(":s 318 fleet ann :end")!);
            return Task.CompletedTask;
        });
        var person = await people.OfAsync(IrcLine.Parse(":ann!a@host PRIVMSG #ops :!fleet status")!, Cancellation);
        (person.Account, person.IsProven).ShouldBe((expected, proven));
    }

    [Theory]
    [InlineData("@account=annacc :ann!a@host PRIVMSG #ops :x", "annacc", true)]
    [InlineData(":ann!a@host PRIVMSG #ops :@account=root x", "ann", false)]
    [InlineData("@account= :ann!a@host PRIVMSG #ops :x", "ann", false)]
    public async Task Where_accounts_are_told_nobody_is_asked(string line, string expected, bool proven)
    {
        var people = new IrcPeople(new IrcOptions { Server = new Uri("irc://127.0.0.1") }, tellsAccounts: true, (_, _) => throw new InvalidOperationException("asked"));
        var person = await people.OfAsync(IrcLine.Parse(line)!, Cancellation);
        (person.Account, person.IsProven).ShouldBe((expected, proven));
    }

    private static string? Services(string line, string outcome) => line switch
    {
        "CAP LS 302" => ":s CAP * LS * :multi-prefix\r\n:s CAP * LS :account-tag sasl=PLAIN,EXTERNAL",
        "CAP REQ :account-tag sasl" => ":s CAP * ACK :account-tag sasl",
        "AUTHENTICATE PLAIN" => "AUTHENTICATE +",
        _ when line == $"AUTHENTICATE {Plain}" => $":s {outcome}",
        "CAP END" => ":s 001 fleet :welcome",
        _ => null,
    };

    private static async Task<(string Nick, bool TellsAccounts)> SignOnAsync(ScriptedServer server, string url = "irc://127.0.0.1", string? ca = null)
    {
        var options = new IrcOptions { Server = new Uri($"{url}:{server.Port}"), Account = "fleet", Password = Password, Ca = ca };
        await using var socket = await IrcSocket.ConnectAsync(options, Cancellation);
        return await IrcSignOn.RunAsync(socket, options, Cancellation);
    }
}
