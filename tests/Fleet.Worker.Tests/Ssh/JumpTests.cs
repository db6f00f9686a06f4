using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Testing;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Tests.Ssh;

[Collection(nameof(SshWorld))]
public sealed class JumpTests(SshWorld world)
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token;

    [Fact]
    public async Task Two_bastions_lead_to_the_firstbox_each_with_its_own_login_and_key()
    {
        var (one, two, box) = (await BastionAsync("bastion-1"), await BastionAsync("bastion-2"), await world.ServerAsync());
        await using var shell = await ConnectAsync(box.Hop(), one.Hop(user: "plain"), two.Hop(user: "ops", identity: null, password: $"file:{SshWorld.Keys}/password"));
        (await shell.RunAsync("id -un; head -c 3000000 /dev/zero | wc -c", Limit)).Text.ShouldBe("root\n3000000\n");
        one.Log.ShouldContain("Accepted publickey for plain");
        two.Log.ShouldContain("Accepted password for ops");
    }

    [Fact]
    public async Task A_bastion_whose_key_changed_is_told_as_the_bastion()
    {
        var reason = await ReasonAsync((await world.ServerAsync()).Hop(), (await BastionAsync("bastion-1")).Hop(hostKey: "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
        reason.Code.ShouldBe("ssh-bastion-host-key-changed");
    }

    [Fact]
    public async Task The_firstbox_key_is_pinned_behind_a_bastion_too()
    {
        var box = await world.ServerAsync();
        var reason = await ReasonAsync(box.Hop(hostKey: null), (await BastionAsync("bastion-1")).Hop());
        reason.Code.ShouldBe("ssh-host-key-unknown");
        reason.Args["host"].ShouldBe($"127.0.0.1:{box.Port}");
    }

    [Fact]
    public async Task A_bastion_that_cannot_reach_the_firstbox_is_told_so()
    {
        var reason = await ReasonAsync((await world.ServerAsync()).Hop() with { Port = Loopback.FreePort() }, (await BastionAsync("bastion-1")).Hop());
        reason.Code.ShouldBe("ssh-bastion-cannot-reach");
    }

    [Fact]
    public async Task A_bastion_that_forwards_nothing_is_told_so()
    {
        var closed = await world.ServerAsync("no-forwarding", "AllowTcpForwarding no");
        (await ReasonAsync((await world.ServerAsync()).Hop(), closed.Hop())).Code.ShouldBe("ssh-bastion-cannot-reach");
    }

    [Fact]
    public async Task A_bastion_that_is_down_is_told_as_the_bastion()
    {
        var reason = await ReasonAsync((await world.ServerAsync()).Hop(), (await BastionAsync("bastion-1")).Hop() with { Port = Loopback.FreePort() });
        reason.Code.ShouldBe("ssh-bastion-unreachable");
    }

    [Fact]
    public async Task The_near_end_of_a_jump_turns_strangers_away()
    {
        var (bastion, box) = (await BastionAsync("bastion-1"), await world.ServerAsync());
        var before = Listening();
        await using var shell = await ConnectAsync(box.Hop(), bastion.Hop());
        (await shell.RunAsync("true", Limit)).Ok.ShouldBeTrue();
        var ports = Listening().Except(before).ToList();
        ports.ShouldNotBeEmpty();
        foreach (var port in ports)
        {
            using var stranger = new TcpClient();
            await stranger.ConnectAsync(IPAddress.Loopback, port);
            var read = 0;
            try
            {
                read = await stranger.GetStream().ReadAsync(new byte[1], Limit);
            }
            catch (IOException)
            {
                // Reset is as good as closed.
            }

            read.ShouldBe(0);
        }

        (await shell.RunAsync("true", Limit)).Ok.ShouldBeTrue();
    }

    [Fact]
    public async Task Nothing_listens_any_more_when_the_connection_is_closed()
    {
        var (bastion, box) = (await BastionAsync("bastion-1"), await world.ServerAsync());
        var before = Listening();
        ThreadPool.GetMinThreads(out var threads, out _);
        await (await ConnectAsync(box.Hop(), bastion.Hop())).DisposeAsync();
        await Eventually.BeTrueAsync(() => !Listening().Except(before).Any(), TimeSpan.FromMinutes(3), Limit);
        await Eventually.BeTrueAsync(() => MinThreads() <= threads, TimeSpan.FromMinutes(3), Limit);
    }

    private static int MinThreads()
    {
        ThreadPool.GetMinThreads(out var now, out _);
        return now;
    }

    /// <summary>Loopback ports that this process listens on: others start servers of their own meanwhile.</summary>
    private static List<int> Listening()
    {
        var sockets = Directory.GetFiles("/proc/self/fd").Select(f => new FileInfo(f).LinkTarget).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return
        [
            .. File.ReadLines("/proc/self/net/tcp").Skip(1).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(c => c[3] == "0A" && c[1].StartsWith("0100007F:", StringComparison.Ordinal) && sockets.Contains($"socket:[{c[9]}]"))
                .Select(c => Convert.ToInt32(c[1][9..], 16)),
        ];
    }

    private Task<SshServer> BastionAsync(string name) => world.ServerAsync(name, keyTypes: "ed25519");

    private static async Task<IRemoteShell> ConnectAsync(SshHop firstbox, params IReadOnlyList<SshHop> via)
    {
        using var firstboxes = SshWorld.Firstboxes();
        return await firstboxes.ConnectAsync("pek1a", SshWorld.To(firstbox, via), Limit);
    }

    private static async Task<Finding> ReasonAsync(SshHop firstbox, params IReadOnlyList<SshHop> via) =>
        (await Should.ThrowAsync<SshLinkException>(() => ConnectAsync(firstbox, via))).Reason;
}
