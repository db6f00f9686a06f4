using System.Text;
using Fleet.Contracts.Phases;
using Fleet.Worker.Ssh;
using Microsoft.Extensions.Configuration;
using Renci.SshNet;

namespace Fleet.Worker.Tests.Ssh;

public sealed class SshRulesTests
{
    [Fact]
    public void Nothing_weak_is_offered_unless_a_zone_names_it()
    {
        var connection = Applied([]);
        string[] offered = [.. connection.KeyExchangeAlgorithms.Keys, .. connection.HostKeyAlgorithms.Keys, .. connection.Encryptions.Keys, .. connection.HmacAlgorithms.Keys];
        offered.ShouldNotContain(a => a.Contains("sha1") || a.Contains("cbc") || a.Contains("md5") || a == "ssh-rsa" || a == "ssh-dss" || a.Contains("cert"));
        connection.KeyExchangeAlgorithms.Keys.First().ShouldBe("curve25519-sha256");
        connection.CompressionAlgorithms.Keys.ShouldBe(["none"]);
    }

    [Fact]
    public void Every_offered_and_every_legacy_algorithm_is_known_to_the_library()
    {
        var all = SshAlgorithms.Offer([.. SshAlgorithms.Legacy]);
        var connection = Applied([.. SshAlgorithms.Legacy]);
        connection.KeyExchangeAlgorithms.Keys.ShouldBe(all.KeyExchanges);
        connection.HostKeyAlgorithms.Keys.ShouldBe(all.HostKeys);
        connection.Encryptions.Keys.ShouldBe(all.Ciphers);
        connection.HmacAlgorithms.Keys.ShouldBe(all.Macs);
        all.KeyExchanges[^1].ShouldBe("diffie-hellman-group1-sha1");
    }

    [Theory]
    [InlineData("diffie-hellman-group14-sha1,diffie-hellman-group1-sha1", "aes128-ctr", "diffie-hellman-group14-sha1")]
    [InlineData("curve25519-sha256", "3des-cbc,arcfour", "3des-cbc")]
    [InlineData("gost-kex", "aes128-ctr", null)]
    public void A_gap_names_the_strongest_that_helps(string kex, string ciphers, string? helps)
    {
        var theirs = new OfferedAlgorithms(kex.Split(','), ["ssh-ed25519"], ciphers.Split(','), ["hmac-sha2-256"]);
        SshAlgorithms.Offer([]).GapsTo(theirs).ShouldHaveSingleItem().Helps.ShouldBe(helps);
    }

    [Theory]
    [InlineData(1, 0, 0.5)]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(4, 1, 8)]
    [InlineData(4, 0, 4)]
    [InlineData(20, 1, 30)]
    [InlineData(2000, 0, 15)]
    public void The_wait_doubles_up_to_its_limit_with_jitter(int tried, double random, double seconds) =>
        Backoff.Delay(tried, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), random).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void Wrong_options_are_all_named_at_once()
    {
        var problems = new List<string>();
        SshOptions.Read(Settings(("ConnectTries", "0"), ("MaxConnecting", "many"), ("KeepAlive", "00:01:00"), ("LinkTimeout", "soon")), problems);
        problems.ShouldBe(
        [
            "Fleet:Ssh:ConnectTries is \"0\": it takes numbers from 1 to 20.",
            "Fleet:Ssh:MaxConnecting is \"many\": it takes numbers from 1 to 64.",
            "Fleet:Ssh:LinkTimeout is \"soon\": it takes times from 00:02:00 to 00:30:00, like 00:00:30.",
        ]);
        problems.Clear();
        SshOptions.Read(Settings(("KeepAlive", "00:01:00")), problems);
        problems.ShouldHaveSingleItem().ShouldStartWith("Fleet:Ssh:LinkTimeout is \"00:01:00\": ");
        problems.Clear();
        SshOptions.Read(Settings(), problems);
        problems.ShouldBeEmpty();

        static IConfiguration Settings(params (string Key, string Value)[] given) =>
            new ConfigurationBuilder().AddInMemoryCollection(given.Select(g => KeyValuePair.Create<string, string?>($"Fleet:Ssh:{g.Key}", g.Value))).Build();
    }

    [Fact]
    public void A_sudo_password_goes_on_standard_input_and_is_ended_by_a_mark()
    {
        var (line, input) = Elevation.Sudo("hunter2").Wrap("id -u", "script"u8.ToArray());
        line.ShouldStartWith("exec sudo -k -S -p '' -- sh -c ");
        line.ShouldNotContain("hunter2");
        Encoding.UTF8.GetString(input.Span).Split('\n').ShouldSatisfyAllConditions(l => l[0].ShouldBe("hunter2"), l => line.ShouldContain(l[1]), l => l[2].ShouldBe("script"));
    }

    [Fact]
    public void What_a_server_offers_is_read_and_a_cut_offer_is_refused()
    {
        var offer = Offer("kex-a,kex-b", "key", "cipher-out", "cipher-in", "mac-out", "mac-in");
        var read = ServerOffer.Parse(offer);
        read.KeyExchanges.ShouldBe(["kex-a", "kex-b"]);
        read.Ciphers.ShouldBe(["cipher-out"]);
        read.Macs.ShouldBe(["mac-out"]);
        for (var length = 0; length < offer.Length; length++)
            Should.Throw<IOException>(() => ServerOffer.Parse(offer.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("0\n", 0, null, null)]
    [InlineData("motd\n0\n", 0, "sudo", null)]
    [InlineData("1000\n", 0, null, "ssh-not-root")]
    [InlineData("", 1, "sudo", "ssh-sudo-refused")]
    [InlineData("0\n", 1, "sudo", "ssh-sudo-refused")]
    public void Who_is_root_is_decided_by_the_id(string output, int code, string? become, string? problem) =>
        RootCheck.Verdict(new RemoteResult(code, Encoding.UTF8.GetBytes(output), []), "pek1a", new FirstboxConnection { Firstbox = new SshHop { Host = "box", User = "ops" }, Become = become })?.Code.ShouldBe(problem);

    private static byte[] Offer(params string[] lists) =>
        [20, .. new byte[16], .. lists.SelectMany(l => (byte[])[0, 0, 0, (byte)l.Length, .. Encoding.ASCII.GetBytes(l)])];

    private static ConnectionInfo Applied(string[] legacy)
    {
        var connection = new ConnectionInfo("box", "root", new NoneAuthenticationMethod("root"));
        SshAlgorithms.Apply(connection, SshAlgorithms.Offer(legacy), []);
        return connection;
    }
}
