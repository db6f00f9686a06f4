using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Testing;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Tests.Ssh;

/// <summary>Certificates that <c>ssh-keygen</c> signed, shown and taken by a real sshd.</summary>
[Collection(nameof(SshWorld))]
public sealed class CertificateTests(SshWorld world)
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token;

    [Fact]
    public async Task A_host_is_trusted_by_its_authoritys_word_whatever_its_key()
    {
        using var folder = new TemporaryFolder();
        var ca = await KeyAsync(folder, "ca");
        await using var server = await HostAsync(folder, ca, "-h", "-n", "127.0.0.1,box", "-V", "-5m:+1d");
        await ShouldBeRootAsync(Certified(server, ca.Fingerprint));
        await ShouldBeRootAsync(Certified(server, $"file:{ca.File}.pub"));
        var knownHosts = Path.Combine(folder.Path, "known_hosts");
        File.WriteAllText(knownHosts, $"@cert-authority [127.0.0.*]:{server.Port} {File.ReadAllText(ca.File + ".pub")}");
        await ShouldBeRootAsync(server.Hop(knownHosts: $"file:{knownHosts}"));

        File.AppendAllText(knownHosts, $"@revoked * {File.ReadAllText(ca.File + ".pub")}");
        (await ReasonAsync(server.Hop(knownHosts: $"file:{knownHosts}"))).Code.ShouldBe("ssh-host-key-revoked");
        File.WriteAllText(knownHosts, $"@cert-authority * {File.ReadAllText(ca.File + ".pub")}@revoked * {server.PublicKeyOf("ed25519")}\n");
        (await ReasonAsync(server.Hop(knownHosts: $"file:{knownHosts}"))).Code.ShouldBe("ssh-host-key-revoked");

        var other = await KeyAsync(folder, "other");
        var reason = await ReasonAsync(Certified(server, other.Fingerprint));
        reason.Code.ShouldBe("ssh-host-certificate-unknown");
        reason.Args["authority"].ShouldBe(ca.Fingerprint);
        reason.Args["pinned"].ShouldBe(other.Fingerprint);
    }

    [Theory]
    [InlineData("ssh-host-certificate-expired", "-h", "-n", "127.0.0.1", "-V", "-2d:-1d")]
    [InlineData("ssh-host-certificate-not-yet", "-h", "-n", "127.0.0.1", "-V", "+1d:+2d")]
    [InlineData("ssh-host-certificate-of-other", "-h", "-n", "10.1.0.2", "-V", "-5m:+1d")]
    [InlineData("ssh-host-certificate-of-other", "-h", "-V", "-5m:+1d")]
    public async Task A_hosts_certificate_that_does_not_hold_is_refused_and_said_why_before_anything_is_sent(string code, params string[] how)
    {
        using var folder = new TemporaryFolder();
        var ca = await KeyAsync(folder, "ca");
        await using var server = await HostAsync(folder, ca, how);
        (await ReasonAsync(Certified(server, ca.Fingerprint))).Code.ShouldBe(code);
        server.Log.ShouldNotContain("Accepted");
        server.Log.ShouldNotContain("Failed");
    }

    [Fact]
    public async Task A_host_without_a_certificate_is_none_of_the_authoritys()
    {
        using var folder = new TemporaryFolder();
        var ca = await KeyAsync(folder, "ca");
        var reason = await ReasonAsync(Certified(await world.ServerAsync(), ca.Fingerprint));
        reason.Code.ShouldBe("ssh-host-not-certified");
    }

    [Fact]
    public async Task A_user_is_let_in_by_the_certificate_beside_the_key_or_the_one_that_is_named()
    {
        using var folder = new TemporaryFolder();
        var ca = await KeyAsync(folder, "ca");
        await using var server = await UsersAsync(folder, ca);
        var beside = await KeyAsync(folder, "beside");
        await SignAsync(ca, beside.File + ".pub", "-n", "root", "-V", "-5m:+1d");
        await ShouldBeRootAsync(server.Hop() with { Identity = $"file:{beside.File}" });
        File.Move(beside.File + "-cert.pub", Path.Combine(folder.Path, "elsewhere"));
        (await ReasonAsync(server.Hop() with { Identity = $"file:{beside.File}" })).Code.ShouldBe("ssh-login-refused");
        await ShouldBeRootAsync(server.Hop() with { Identity = $"exec:cat {beside.File}", Certificate = $"exec:cat {folder.Path}/elsewhere" });
        server.Log.ShouldContain("Accepted publickey for root");
        server.Log.ShouldContain("ED25519-CERT");

        var other = await KeyAsync(folder, "other");
        (await ReasonAsync(server.Hop() with { Identity = $"file:{other.File}", Certificate = $"file:{folder.Path}/elsewhere" })).Code.ShouldBe("ssh-key-unreadable");
    }

    [Theory]
    [InlineData("ssh-certificate-expired", "-n", "root", "-V", "-2d:-1d")]
    [InlineData("ssh-certificate-not-yet", "-n", "root", "-V", "+1d:+2d")]
    [InlineData("ssh-certificate-for-others", "-n", "ann", "-V", "-5m:+1d")]
    [InlineData("ssh-certificate-of-host", "-h", "-n", "root", "-V", "-5m:+1d")]
    public async Task A_certificate_that_lets_nobody_in_is_told_before_it_is_tried(string code, params string[] how)
    {
        using var folder = new TemporaryFolder();
        var ca = await KeyAsync(folder, "ca");
        var key = await KeyAsync(folder, "key");
        await SignAsync(ca, key.File + ".pub", how);
        // Nobody listens there: it is not even tried.
        var hop = new SshHop { Host = "127.0.0.1", Port = Loopback.FreePort(), User = "root", HostKey = "SHA256:x", Identity = $"file:{key.File}" };
        (await ReasonAsync(hop)).Code.ShouldBe(code);
    }

    [Fact]
    public async Task A_zone_whose_key_is_replaced_between_two_connections_goes_on()
    {
        using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.OtherExecute);
        var (old, young) = (await KeyAsync(folder, "old"), await KeyAsync(folder, "young"));
        var (current, authorized) = (Path.Combine(folder.Path, "current"), Path.Combine(folder.Path, "authorized"));
        File.Copy(old.File, current);
        File.Copy(old.File + ".pub", authorized);
        await using var server = await SshServer.StartAsync($"AuthorizedKeysFile {authorized}", keyTypes: "ed25519");
        using var firstboxes = SshWorld.Firstboxes();
        foreach (var identity in new[] { $"file:{current}", $"exec:cat {current}" })
        {
            var zone = SshWorld.To(server.Hop() with { Identity = identity });
            File.Copy(old.File, current, overwrite: true);
            File.Copy(old.File + ".pub", authorized, overwrite: true);
            await using (var before = await firstboxes.ConnectAsync("pek1a", zone, Limit))
                (await before.RunAsync("id -u", Limit)).Text.ShouldBe("0\n");
            File.Copy(young.File + ".pub", authorized, overwrite: true);
            (await Should.ThrowAsync<SshLinkException>(() => firstboxes.ConnectAsync("pek1a", zone, Limit))).Reason.Code.ShouldBe("ssh-login-refused");
            File.Copy(young.File, current, overwrite: true);
            await using var after = await firstboxes.ConnectAsync("pek1a", zone, Limit);
            (await after.RunAsync("id -u", Limit)).Text.ShouldBe("0\n");
        }
    }

    [Fact]
    public void What_ends_soon_and_what_is_old_is_remarked()
    {
        var now = new DateTimeOffset(2026, 11, 30, 0, 0, 0, TimeSpan.Zero);
        var zone = new FirstboxConnection { Firstbox = new SshHop { Host = "box", User = "root" } };
        SshCertificate Until(int days) => new("SHA256:ca", true, ["box"], now.AddDays(-1), now.AddDays(days), [], "ssh-ed25519", "");

        IReadOnlyList<string> Codes(IEnumerable<string> used, SshCertificate? host, IReadOnlyList<SshCertificate> mine, params IReadOnlyList<string> legacy) =>
            [.. LoginRemarks.Of(used, host, mine, zone with { LegacyAlgorithms = legacy }, now).Select(f => f.Code)];

        Codes(["curve25519-sha256", "ssh-ed25519"], Until(15), [Until(15)]).ShouldBeEmpty();
        Codes(["diffie-hellman-group14-sha1", "ssh-rsa"], null, [], "ssh-rsa", "diffie-hellman-group14-sha1").ShouldBe(["ssh-legacy-in-use"]);
        Codes(["curve25519-sha256"], null, [], "ssh-rsa").ShouldBe(["ssh-legacy-allowed"]);
        Codes([], Until(13), [Until(13), Until(2)]).ShouldBe(["ssh-host-certificate-ends", "ssh-certificate-ends"]);
        Codes([], null, [Until(2), Until(15)]).ShouldBeEmpty();
    }

    private static SshHop Certified(SshServer server, string authority) => server.Hop(hostKey: null) with { HostCa = authority };

    private static async Task<SshServer> HostAsync(TemporaryFolder folder, CaKey ca, params string[] how)
    {
        var key = await KeyAsync(folder, "host");
        await SignAsync(ca, key.File + ".pub", how);
        return await SshServer.StartAsync($"HostKey {key.File}\nHostCertificate {key.File}-cert.pub", keyTypes: "rsa", hostKeys: new() { ["ed25519"] = key.File });
    }

    private static async Task<SshServer> UsersAsync(TemporaryFolder folder, CaKey ca) => await SshServer.StartAsync($"TrustedUserCAKeys {ca.File}.pub", keyTypes: "ed25519");

    private static async Task<CaKey> KeyAsync(TemporaryFolder folder, string name)
    {
        var file = Path.Combine(folder.Path, name);
        await SshServer.NewKeyAsync(file, "ed25519", "");
        return new CaKey(file, PinnedKey.TryParse("ssh-ed25519", File.ReadAllText(file + ".pub").Split(' ')[1])!.Fingerprint);
    }

    private static async Task SignAsync(CaKey ca, string publicKey, params string[] how)
    {
        var (code, output) = await ChildProcess.RunAsync("ssh-keygen", ["-q", "-s", ca.File, "-I", "test", .. how, publicKey], Limit);
        code.ShouldBe(0, output);
    }

    private static async Task ShouldBeRootAsync(SshHop hop)
    {
        await using var shell = await SshWorld.ConnectAsync(hop, Limit);
        (await shell.RunAsync("id -u", Limit)).Text.ShouldBe("0\n");
    }

    private static async Task<Finding> ReasonAsync(SshHop hop) => (await Should.ThrowAsync<SshLinkException>(() => SshWorld.ConnectAsync(hop, Limit))).Reason;

    private sealed record CaKey(string File, string Fingerprint);
}
