using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Testing;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Tests.Ssh;

[Collection(nameof(SshWorld))]
public sealed class ConnectingTests(SshWorld world)
{
    private const string OldAlgorithms = "KexAlgorithms diffie-hellman-group14-sha1\nHostKeyAlgorithms ssh-rsa\nCiphers aes128-cbc\nMACs hmac-sha1\nPubkeyAcceptedAlgorithms ssh-rsa";

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token;

    private static string PasswordRef => $"file:{SshWorld.Keys}/password";

    [Fact]
    public async Task A_password_logs_in() =>
        await ShouldBeRootAsync((await world.ServerAsync()).Hop(identity: null, password: PasswordRef));

    [Fact]
    public async Task A_password_answers_keyboard_interactive()
    {
        var server = await world.ServerAsync("keyboard", "UsePAM yes\nKbdInteractiveAuthentication yes\nPasswordAuthentication no\nPubkeyAuthentication no");
        await ShouldBeRootAsync(server.Hop(identity: null, password: PasswordRef));
        server.Log.ShouldContain("Accepted keyboard-interactive");
    }

    [Fact]
    public async Task An_encrypted_key_is_opened_with_its_passphrase() =>
        await ShouldBeRootAsync((await world.ServerAsync()).Hop(identity: "id_locked") with { Passphrase = $"exec:cat {SshWorld.Keys}/passphrase" });

    [Fact]
    public async Task An_encrypted_key_without_a_passphrase_says_so() =>
        (await ReasonAsync((await world.ServerAsync()).Hop(identity: "id_locked"))).Code.ShouldBe("ssh-key-needs-passphrase");

    [Fact]
    public async Task An_encrypted_key_with_a_wrong_passphrase_says_so() =>
        (await ReasonAsync((await world.ServerAsync()).Hop(identity: "id_locked") with { Passphrase = $"file:{SshWorld.Keys}/wrong" })).Code.ShouldBe("ssh-key-unreadable");

    [Theory]
    [InlineData("id_stranger", null, "publickey")]
    [InlineData("id_stranger", "wrong", "publickey, keyboard-interactive, password")]
    public async Task A_refused_login_names_the_methods_that_were_tried(string identity, string? password, string methods)
    {
        var reason = await ReasonAsync((await world.ServerAsync()).Hop(identity: identity, password: password is null ? null : $"file:{SshWorld.Keys}/{password}"));
        reason.Code.ShouldBe("ssh-login-refused");
        reason.Args["methods"].ShouldBe(methods);
    }

    [Fact]
    public async Task Without_a_pin_nothing_is_sent_and_the_fingerprint_is_shown()
    {
        var server = await SshServer.StartAsync();
        await using var _ = server;
        var reason = await ReasonAsync(server.Hop(hostKey: null, password: PasswordRef));
        reason.Code.ShouldBe("ssh-host-key-unknown");
        reason.Args["fingerprint"].ShouldBe(server.FingerprintOf("ed25519"));
        reason.Lines.ShouldContain(l => l.Contains(server.FingerprintOf("rsa")));
        server.Log.ShouldNotContain("Accepted");
        server.Log.ShouldNotContain("Failed");
        server.Log.ShouldContain("[preauth]");
    }

    [Fact]
    public async Task A_changed_host_key_is_refused_with_both_fingerprints()
    {
        var server = await world.ServerAsync();
        var reason = await ReasonAsync(server.Hop(hostKey: "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
        reason.Code.ShouldBe("ssh-host-key-changed");
        reason.Args["pinned"].ShouldBe("SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        reason.Args["fingerprint"].ShouldBe(server.FingerprintOf("ed25519"));
        reason.Args["zone"].ShouldBe("pek1a");
    }

    [Theory]
    [InlineData("rsa")]
    [InlineData("ecdsa")]
    public async Task A_pinned_fingerprint_may_be_of_any_key_that_the_server_has(string type)
    {
        var server = await world.ServerAsync();
        await ShouldBeRootAsync(server.Hop(hostKey: server.FingerprintOf(type)));
    }

    [Fact]
    public async Task Known_hosts_pin_the_type_that_they_list_hashed_names_included()
    {
        var server = await world.ServerAsync();
        var file = Path.Combine(SshWorld.Keys, "known_hosts");
        File.WriteAllText(file, $"# mine\n[127.0.0.1]:{server.Port} {server.PublicKeyOf("rsa")}\nother {server.PublicKeyOf("ed25519")}\n");
        await ShouldBeRootAsync(server.Hop(knownHosts: $"file:{file}"));
        (await ChildProcess.RunAsync("ssh-keygen", ["-q", "-H", "-f", file], Limit)).ExitCode.ShouldBe(0);
        File.ReadAllText(file).ShouldNotContain("127.0.0.1");
        await ShouldBeRootAsync(server.Hop(knownHosts: $"file:{file}"));

        File.WriteAllText(file, $"[127.0.0.1]:{server.Port} {server.PublicKeyOf("ed25519")}\n@revoked * {server.PublicKeyOf("ed25519")}\n");
        (await ReasonAsync(server.Hop(knownHosts: $"file:{file}"))).Code.ShouldBe("ssh-host-key-revoked");
        File.WriteAllText(file, $"127.0.0.1 {server.PublicKeyOf("ed25519")}\n");
        (await ReasonAsync(server.Hop(knownHosts: $"file:{file}"))).Code.ShouldBe("ssh-host-key-unknown");
    }

    [Fact]
    public async Task An_old_server_is_refused_with_what_would_help_and_reached_with_it()
    {
        var server = await world.ServerAsync("old", OldAlgorithms, keyTypes: "rsa");
        var hop = server.Hop(identity: "id_rsa", hostKey: server.FingerprintOf("rsa"));
        var reason = await ReasonAsync(hop);
        reason.Code.ShouldBe("ssh-no-common-algorithm");
        reason.Args["legacy"].ShouldBe("diffie-hellman-group14-sha1, ssh-rsa, aes128-cbc, hmac-sha1");
        reason.Lines.ShouldContain($"key exchange: {hop.Host}:{hop.Port} offers diffie-hellman-group14-sha1,kex-strict-s-v00@openssh.com");
        using var firstboxes = SshWorld.Firstboxes();
        await using var shell = await firstboxes.ConnectAsync("pek1a", SshWorld.To(hop) with { LegacyAlgorithms = reason.Args["legacy"].Split(", ") }, Limit);
        (await shell.RunAsync("id -u", Limit)).Text.ShouldBe("0\n");
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_tried_as_often_as_allowed_then_told()
    {
        var failed = await Should.ThrowAsync<SshLinkException>(() => SshWorld.ConnectAsync((await0()) with { Port = Loopback.FreePort() }, Limit, o => o.ConnectTries = 3));
        failed.Reason.Code.ShouldBe("ssh-unreachable");
        failed.Reason.Args["why"].ShouldBe("the connection was refused");
        failed.Transient.ShouldBeTrue();

        static SshHop await0() => new() { Host = "127.0.0.1", User = "root", HostKey = "SHA256:x" };
    }

    [Fact]
    public async Task A_name_that_is_not_known_is_not_tried_again()
    {
        var failed = await Should.ThrowAsync<SshLinkException>(() => SshWorld.ConnectAsync(new SshHop { Host = "no-such-host.invalid", User = "root", HostKey = "SHA256:x" }, Limit, o => o.ConnectTries = 20));
        failed.Reason.Code.ShouldBe("ssh-unreachable");
        failed.Transient.ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_that_says_nothing_costs_the_limit_and_no_more()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var clock = Stopwatch.StartNew();
        var hop = new SshHop { Host = "127.0.0.1", Port = ((IPEndPoint)silent.LocalEndpoint).Port, User = "root", HostKey = "SHA256:x" };
        var failed = await Should.ThrowAsync<SshLinkException>(() => SshWorld.ConnectAsync(hop, Limit, o => o.ConnectTimeout = TimeSpan.FromSeconds(1)));
        failed.Reason.Code.ShouldBe("ssh-timeout");
        failed.Reason.Args["got"].ShouldBe("no answer");
        clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(0.9));
    }

    [Fact]
    public async Task A_server_that_freezes_after_its_version_costs_the_limit_and_no_more()
    {
        await using var proxy = new FaultProxy((await world.ServerAsync()).Port);
        var hop = (await world.ServerAsync()).Hop() with { Port = proxy.Port };
        proxy.Blackhole();
        (await Should.ThrowAsync<SshLinkException>(() => SshWorld.ConnectAsync(hop, Limit, o => o.ConnectTimeout = TimeSpan.FromSeconds(1)))).Reason.Code.ShouldBe("ssh-timeout");
    }

    [Fact]
    public async Task What_speaks_no_ssh_is_told_so()
    {
        using var web = new TcpListener(IPAddress.Loopback, 0);
        web.Start();
        _ = Task.Run(async () =>
        {
            using var client = await web.AcceptTcpClientAsync();
            client.Close();
        });
        var hop = new SshHop { Host = "127.0.0.1", Port = ((IPEndPoint)web.LocalEndpoint).Port, User = "root", HostKey = "SHA256:x" };
        (await ReasonAsync(hop)).Code.ShouldBe("ssh-no-ssh-there");
    }

    [Fact]
    public async Task A_cancelled_connecting_ends_at_once()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var cancel = new CancellationTokenSource();
        var hop = new SshHop { Host = "127.0.0.1", Port = ((IPEndPoint)silent.LocalEndpoint).Port, User = "root", HostKey = "SHA256:x" };
        var connecting = SshWorld.ConnectAsync(hop, cancel.Token);
        using var accepted = await silent.AcceptSocketAsync(Limit);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => connecting.WaitAsync(Limit));
    }

    [Fact]
    public async Task No_more_connect_side_by_side_than_allowed()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var cancel = new CancellationTokenSource();
        using var firstboxes = SshWorld.Firstboxes(o => o.MaxConnecting = 2);
        var hop = new SshHop { Host = "127.0.0.1", Port = ((IPEndPoint)silent.LocalEndpoint).Port, User = "root", HostKey = "SHA256:x" };
        var all = Enumerable.Range(0, 6).Select(_ => firstboxes.ConnectAsync("pek1a", SshWorld.To(hop), cancel.Token)).ToList();
        using var one = await silent.AcceptSocketAsync(Limit);
        using var two = await silent.AcceptSocketAsync(Limit);
        await Should.ThrowAsync<OperationCanceledException>(async () => await silent.AcceptSocketAsync(new CancellationTokenSource(300).Token));
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => Task.WhenAll(all));
    }

    [Fact]
    public async Task A_hundred_times_connecting_leaves_no_thread_behind()
    {
        var hop = (await world.ServerAsync()).Hop();
        using var firstboxes = SshWorld.Firstboxes();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ => await (await firstboxes.ConnectAsync("pek1a", SshWorld.To(hop), Limit)).DisposeAsync()));
        var before = Process.GetCurrentProcess().Threads.Count;
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ => await (await firstboxes.ConnectAsync("pek1a", SshWorld.To(hop), Limit)).DisposeAsync()));
        await Eventually.BeTrueAsync(() => Process.GetCurrentProcess().Threads.Count <= before + 12, TimeSpan.FromMinutes(3), Limit);
    }

    private static async Task ShouldBeRootAsync(SshHop hop)
    {
        await using var shell = await SshWorld.ConnectAsync(hop, Limit);
        (await shell.RunAsync("id -u", Limit)).Text.ShouldBe("0\n");
    }

    private static async Task<Finding> ReasonAsync(SshHop hop) =>
        (await Should.ThrowAsync<SshLinkException>(() => SshWorld.ConnectAsync(hop, Limit))).Reason;
}
