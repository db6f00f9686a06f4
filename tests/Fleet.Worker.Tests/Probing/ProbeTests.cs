using Fleet.Contracts;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Probes;
using Fleet.Worker.Tests.Ssh;

namespace Fleet.Worker.Tests.Probing;

[Collection(nameof(SshWorld))]
public sealed class ProbeTests(SshWorld world)
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token;

    [Fact]
    public async Task First_contact_shows_every_host_key_and_logs_in_nowhere()
    {
        await using var server = await SshServer.StartAsync();
        var probed = await ProbeAsync(ProbeDepth.HostKeys, server.Hop(hostKey: null, identity: "no-such-key"));
        probed.Stages.ShouldAllBe(s => s.Problem == null);
        probed.HostKeys.Select(k => (k.Algorithm, k.Fingerprint, k.Pinned)).ShouldBe(
        [
            ("ssh-ed25519", server.FingerprintOf("ed25519"), null),
            ("ecdsa-sha2-nistp256", server.FingerprintOf("ecdsa"), null),
            ("ssh-rsa", server.FingerprintOf("rsa"), null),
        ]);
        probed.HostKeys.ShouldAllBe(k => k.Host == $"127.0.0.1:{server.Port}");
        server.Log.ShouldNotContain("Accepted");
    }

    [Fact]
    public async Task First_contact_through_a_bastion_needs_only_the_bastion_s_login()
    {
        var (bastion, box) = (await world.ServerAsync("bastion-1", keyTypes: "ed25519"), await world.ServerAsync());
        var probed = await ProbeAsync(ProbeDepth.HostKeys, box.Hop(hostKey: null), bastion.Hop());
        probed.HostKeys.Count.ShouldBe(3);
        probed.Stages.Select(s => s.Name).ShouldBe(["route", "bastion", "algorithm"]);
    }

    [Fact]
    public async Task A_good_login_passes_every_stage_and_knows_its_pin()
    {
        var probed = await ProbeAsync(ProbeDepth.Login, (await world.ServerAsync()).Hop());
        probed.Stages.Select(s => s.Name).ShouldBe(["route", "algorithm", "host-key", "login", "root"]);
        probed.Stages.ShouldAllBe(s => s.Problem == null);
        probed.HostKeys.Select(k => k.Pinned).ShouldBe([true, false, false]);
    }

    [Fact]
    public async Task A_wrong_login_is_told_at_its_stage()
    {
        var probed = await ProbeAsync(ProbeDepth.Login, (await world.ServerAsync()).Hop(identity: "id_stranger"));
        probed.Stages[^1].Name.ShouldBe("login");
        probed.Stages[^1].Problem!.Code.ShouldBe("ssh-login-refused");
    }

    [Fact]
    public async Task A_changed_key_is_told_at_its_stage_with_all_keys()
    {
        var probed = await ProbeAsync(ProbeDepth.Login, (await world.ServerAsync()).Hop(hostKey: "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
        probed.Stages[^1].Name.ShouldBe("host-key");
        probed.HostKeys.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_standing_is_read_even_where_nothing_of_the_vendor_is()
    {
        var probed = await ProbeAsync(ProbeDepth.Standing, (await world.ServerAsync()).Hop());
        probed.Stages[^1].ShouldBe(new ProbeStage("standing", Problem: null));
        probed.Facts["host.name"].ShouldBe(Environment.MachineName);
        probed.Facts["boot.id"].ShouldNotBeEmpty();
    }

    private static async Task<FirstboxProbed> ProbeAsync(ProbeDepth depth, SshHop firstbox, params IReadOnlyList<SshHop> via)
    {
        using var firstboxes = SshWorld.Firstboxes();
        return await firstboxes.ProbeAsync(new ProbeFirstbox { Contract = ContractNumber.Current, Zone = "pek1a", Depth = depth, Connection = SshWorld.To(firstbox, via) }, Limit);
    }
}
