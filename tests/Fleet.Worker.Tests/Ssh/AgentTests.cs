using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Testing;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Tests.Ssh;

/// <summary>Keys that a real ssh-agent holds.</summary>
[Collection(nameof(SshWorld))]
public sealed class AgentTests(SshWorld world)
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token;

    [Theory]
    [InlineData("id_ed25519")]
    [InlineData("id_rsa")]
    public async Task A_key_that_only_the_agent_has_logs_in(string key)
    {
        await using var agent = await Agent.StartAsync();
        await agent.AddAsync(Path.Combine(SshWorld.Keys, key));
        await ShouldBeRootAsync((await world.ServerAsync()).Hop() with { Identity = $"agent:{agent.Socket}" });
    }

    [Fact]
    public async Task Of_several_keys_a_fingerprint_picks_one_and_one_that_is_not_there_is_told_with_those_that_are()
    {
        await using var agent = await Agent.StartAsync();
        await agent.AddAsync(Path.Combine(SshWorld.Keys, "id_stranger"));
        await agent.AddAsync(Path.Combine(SshWorld.Keys, "id_ed25519"));
        var server = await world.ServerAsync();
        var (mine, stranger) = (Fingerprint("id_ed25519"), Fingerprint("id_stranger"));
        await ShouldBeRootAsync(server.Hop() with { Identity = $"agent:{agent.Socket}#{mine}" });
        (await ReasonAsync(server.Hop() with { Identity = $"agent:{agent.Socket}#{stranger}" })).Code.ShouldBe("ssh-login-refused");
        var reason = await ReasonAsync(server.Hop() with { Identity = $"agent:{agent.Socket}#SHA256:{new string('A', 43)}" });
        reason.Code.ShouldBe("ssh-agent-no-key");
        reason.Lines.ShouldContain(l => l.Contains(mine));
    }

    [Fact]
    public async Task A_certificate_of_the_agent_logs_in_and_an_expired_one_is_told()
    {
        using var folder = new TemporaryFolder();
        var (ca, key) = (Path.Combine(folder.Path, "ca"), Path.Combine(folder.Path, "key"));
        await SshServer.NewKeyAsync(ca, "ed25519", "");
        await SshServer.NewKeyAsync(key, "rsa", "");
        await using var server = await SshServer.StartAsync($"TrustedUserCAKeys {ca}.pub", keyTypes: "ed25519");
        await RunAsync("ssh-keygen", ["-q", "-s", ca, "-I", "test", "-n", "root", "-V", "-5m:+1d", key + ".pub"]);
        await using (var agent = await Agent.StartAsync())
        {
            await agent.AddAsync(key);
            await ShouldBeRootAsync(server.Hop() with { Identity = $"agent:{agent.Socket}" });
            server.Log.ShouldContain("RSA-CERT");
            var print = PinnedKey.TryParse("ssh-rsa", File.ReadAllText(key + ".pub").Split(' ')[1])!.Fingerprint;
            await ShouldBeRootAsync(server.Hop() with { Identity = $"agent:{agent.Socket}#{print}" });
        }

        await RunAsync("ssh-keygen", ["-q", "-s", ca, "-I", "test", "-n", "root", "-V", "-2d:-1d", key + ".pub"]);
        await using var late = await Agent.StartAsync();
        await late.AddAsync(key);
        (await ReasonAsync(server.Hop() with { Identity = $"agent:{late.Socket}" })).Code.ShouldBe("ssh-certificate-expired");
    }

    [Theory]
    [InlineData("agent:/nowhere/agent.sock")]
    [InlineData("agent:/dev/null")]
    public async Task An_agent_that_is_not_there_is_told(string identity)
    {
        var reason = await ReasonAsync((await world.ServerAsync()).Hop() with { Identity = identity });
        reason.Code.ShouldBe("ssh-agent-unreachable");
        reason.Args["identity"].ShouldBe(identity);
    }

    private static string Fingerprint(string key) => PinnedKey.TryParse("ssh-ed25519", File.ReadAllText(Path.Combine(SshWorld.Keys, key + ".pub")).Split(' ')[1])!.Fingerprint;

    private static async Task ShouldBeRootAsync(SshHop hop)
    {
        await using var shell = await SshWorld.ConnectAsync(hop, Limit);
        (await shell.RunAsync("id -u", Limit)).Text.ShouldBe("0\n");
    }

    private static async Task<Finding> ReasonAsync(SshHop hop) => (await Should.ThrowAsync<SshLinkException>(() => SshWorld.ConnectAsync(hop, Limit))).Reason;

    private static async Task RunAsync(string program, IReadOnlyList<string> arguments)
    {
        var (code, output) = await ChildProcess.RunAsync(program, arguments, Limit);
        code.ShouldBe(0, output);
    }

    private sealed class Agent(ChildProcess process, TemporaryFolder folder) : IAsyncDisposable
    {
        public string Socket => Path.Combine(folder.Path, "agent.sock");

        public static async Task<Agent> StartAsync()
        {
            var folder = new TemporaryFolder();
            var agent = new Agent(ChildProcess.Start("ssh-agent", ["-D", "-a", Path.Combine(folder.Path, "agent.sock")]), folder);
            await Eventually.BeTrueAsync(() => Task.FromResult(File.Exists(agent.Socket)), TimeSpan.FromMinutes(1), Limit);
            return agent;
        }

        public Task AddAsync(string key) => RunAsync("env", [$"SSH_AUTH_SOCK={Socket}", "ssh-add", "-q", key]);

        public async ValueTask DisposeAsync()
        {
            await process.DisposeAsync();
            folder.Dispose();
        }
    }
}
