using Fleet.Contracts.Phases;
using Fleet.Server.Api;
using Fleet.Server.Inventory;

namespace Fleet.Server.Tests.Inventory;

public sealed class InventoryFileTests
{
    private const string Key = "SHA256:0123456789abcdefghijABCDEFGHIJ0123456789+/a";

    [Fact]
    public void A_whole_inventory_is_read_with_defaults_applied()
    {
        var file = InventoryFile.Read($$"""
            apiVersion: fleet/v1
            defaults: {user: root, port: 2222, identity: file:/etc/fleet/id, pool: north, become: sudo, legacyAlgorithms: [ssh-rsa]}
            zones:
              - name: pek1a
                firstbox: {host: 10.1.0.2, hostKey: "{{Key}}"}
                via: [{host: bastion, port: 22, user: ops, password: "exec:pass bastion", knownHosts: file:/etc/fleet/known}]
                kind: global
                labels: {region: pek, tier: canary}
                components: {hyper/hyper: ask}
              - name: region1
                firstbox: {host: fd00::12, port: 22, user: admin, password: ask}
                zoneIds: [{id: pek1a, kind: global}, {id: pek1b, kind: sub, specialSubZone: true}]
                global: pek1
                legacyQemu: true
                deadMan: 8h
                pool: beijing
            """);
        file.Problems.ShouldBeEmpty();
        file.Zones.Count.ShouldBe(2);
        var first = file.Zones[0];
        first.Connection.Firstbox.ShouldBe(new SshHop { Host = "10.1.0.2", Port = 2222, User = "root", Identity = "file:/etc/fleet/id", HostKey = Key });
        first.Connection.Via[0].ShouldBe(new SshHop { Host = "bastion", Port = 22, User = "ops", Password = "exec:pass bastion", KnownHosts = "file:/etc/fleet/known" });
        first.Connection.Become.ShouldBe("sudo");
        first.Connection.LegacyAlgorithms.ShouldBe(["ssh-rsa"]);
        first.Pool.ShouldBe("north");
        first.Traits.ZoneIds.ShouldBe([new ZoneIdTraits(null, ZoneKind.Global, false)]);
        first.Traits.Components["hyper/hyper"].ShouldBe("ask");
        var second = file.Zones[1];
        second.Connection.Firstbox.Identity.ShouldBeNull("a zone that names its own way to log in does not take the default's");
        second.Connection.Firstbox.Password.ShouldBe("ask");
        second.Traits.ZoneIds.ShouldBe([new ZoneIdTraits("pek1a", ZoneKind.Global, false), new ZoneIdTraits("pek1b", ZoneKind.Sub, true)]);
        second.Traits.LegacyQemu.ShouldBeTrue();
        second.Traits.DeadMan.ShouldBe(TimeSpan.FromHours(8));
        first.Traits.DeadMan.ShouldBeNull("nobody said so");
        second.Pool.ShouldBe("beijing");
        file.Places["region1"].Line.ShouldBe(10);
    }

    [Theory]
    [InlineData("name: PEK", "zones[0].name", "inventory-bad-name")]
    [InlineData("name: -pek", "zones[0].name", "inventory-bad-name")]
    [InlineData("kind: main", "zones[0].kind", "inventory-bad-choice")]
    [InlineData("kind: ~", "zones[0].kind", "inventory-missing")]
    [InlineData("specialSubZone: true", "zones[0].specialSubZone", "inventory-special-global")]
    [InlineData("specialSubZone: yes", "zones[0].specialSubZone", "inventory-not-bool")]
    [InlineData("zoneIds: [{id: a, kind: sub}]", "zones[0].kind", "inventory-kind-and-ids")]
    [InlineData("zoneIds: pek1a", "zones[0].zoneIds", "inventory-not-list")]
    [InlineData("zoneIds: [{kind: sub}]", "zones[0].zoneIds[0].id", "inventory-missing")]
    [InlineData("zoneIds: [{id: a, kind: sub}, {id: a, kind: sub}]", "zones[0].zoneIds[1].id", "inventory-duplicate-zone-id")]
    [InlineData("firstbox: {port: 22, user: root, identity: file:/k}", "zones[0].firstbox.host", "inventory-missing")]
    [InlineData("firstbox: {host: h, port: 70000, user: root, identity: file:/k}", "zones[0].firstbox.port", "inventory-not-number")]
    [InlineData("firstbox: {host: h, port: \"22a\", user: root, identity: file:/k}", "zones[0].firstbox.port", "inventory-not-number")]
    [InlineData("firstbox: {host: \"h; rm\", user: root, identity: file:/k}", "zones[0].firstbox.host", "inventory-bad-host")]
    [InlineData("firstbox: {host: h, user: root}", "zones[0].firstbox.identity", "inventory-no-login")]
    [InlineData("firstbox: {host: h, identity: file:/k}", "zones[0].firstbox.user", "inventory-missing")]
    [InlineData("firstbox: {host: h, user: root, identity: /root/.ssh/id}", "zones[0].firstbox.identity", "inventory-bad-reference")]
    [InlineData("firstbox: {host: h, user: root, password: hunter2}", "zones[0].firstbox.password", "inventory-bad-reference")]
    [InlineData("firstbox: {host: h, user: root, password: ask, passphrase: file:/p}", "zones[0].firstbox.passphrase", "inventory-passphrase-without-identity")]
    [InlineData("firstbox: {host: h, user: root, password: ask, hostKey: SHA256:abc}", "zones[0].firstbox.hostKey", "inventory-bad-fingerprint")]
    [InlineData("firstbox: {host: h, user: root, password: ask, hostkey: x}", "zones[0].firstbox.hostkey", "inventory-unknown-key")]
    [InlineData("firstbox: {host: h, user: root, identity: \"agent:run/agent.sock\"}", "zones[0].firstbox.identity", "inventory-bad-reference")]
    [InlineData("firstbox: {host: h, user: root, identity: \"agent:/run/agent.sock#SHA256:abc\"}", "zones[0].firstbox.identity", "inventory-bad-reference")]
    [InlineData("firstbox: {host: h, user: root, identity: \"agent:\", certificate: file:/c}", "zones[0].firstbox.certificate", "inventory-certificate-without-identity")]
    [InlineData("firstbox: {host: h, user: root, password: ask, certificate: file:/c}", "zones[0].firstbox.certificate", "inventory-certificate-without-identity")]
    [InlineData("firstbox: {host: h, user: root, identity: file:/k, hostCa: ca.pub}", "zones[0].firstbox.hostCa", "inventory-bad-reference")]
    [InlineData("firstbox: {host: h, user: root, identity: file:/k, hostCa: file:/ca.pub, knownHosts: file:/kh}", "zones[0].firstbox.hostCa", "inventory-two-pins")]
    [InlineData("firstbox: 10.1.0.2", "zones[0].firstbox", "inventory-not-mapping")]
    [InlineData("via: [{user: ops, password: ask}]", "zones[0].via[0].host", "inventory-missing")]
    [InlineData("legacyAlgorithms: [none]", "zones[0].legacyAlgorithms[0]", "inventory-bad-choice")]
    [InlineData("become: doas", "zones[0].become", "inventory-bad-choice")]
    [InlineData("labels: {region: \"a,b\"}", "zones[0].labels.region", "inventory-bad-label")]
    [InlineData("labels: {\"a=b\": c}", "zones[0].labels.a=b", "inventory-bad-label-key")]
    [InlineData("components: {hyper/hyper: maybe}", "zones[0].components.hyper/hyper", "inventory-bad-choice")]
    [InlineData("global: pek1a", "zones[0].global", "inventory-own-global")]
    [InlineData("deadMan: 30m", "zones[0].deadMan", "inventory-bad-dead-man")]
    [InlineData("deadMan: 73h", "zones[0].deadMan", "inventory-bad-dead-man")]
    [InlineData("deadMan: 8", "zones[0].deadMan", "inventory-bad-dead-man")]
    [InlineData("deadMan: true", "zones[0].deadMan", "inventory-bad-dead-man")]
    [InlineData("deadMan: [8h]", "zones[0].deadMan", "inventory-not-text")]
    [InlineData("colour: red", "zones[0].colour", "inventory-unknown-key")]
    public void A_wrong_value_is_named_with_its_path(string line, string path, string code)
    {
        var entries = new Dictionary<string, string> { ["name"] = "name: pek1a", ["firstbox"] = "firstbox: {host: h, user: root, identity: file:/k}", ["kind"] = "kind: global" };
        entries[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line;
        var file = InventoryFile.Read($"apiVersion: fleet/v1\nzones:\n  - {string.Join("\n    ", entries.Values)}\n");
        file.Problems.ShouldContain(p => p.Path == path && p.What.Code == code, string.Join('\n', file.Problems));
    }

    [Fact]
    public void Every_error_is_told_at_once_with_line_and_column()
    {
        var file = InventoryFile.Read("""
            apiVersion: fleet/v2
            zones:
              - name: Pek
                firstbox: {host: 10.1.0.2, port: abc}
                kind: global
                kinds: sub
            """);
        file.Problems.Select(p => (p.Line, p.Column, p.Path)).ShouldBe(
        [
            (1, 13, "apiVersion"), (3, 11, "zones[0].name"), (4, 15, "zones[0].firstbox.user"), (4, 15, "zones[0].firstbox.identity"),
            (4, 38, "zones[0].firstbox.port"), (6, 5, "zones[0].kinds"),
        ], ignoreOrder: true);
    }

    [Fact]
    public void The_message_says_what_is_allowed_and_what_to_do()
    {
        var file = InventoryFile.Read("apiVersion: fleet/v1\nzones:\n  - {name: sh1a, kind: sub, firstbox: {host: h, user: root, password: ask, hostKey: \"SHA256:abc\"}}\n");
        var problem = file.Problems.ShouldHaveSingleItem();
        ApiError.Of(problem).Message.ShouldBe("\"SHA256:abc\" is no fingerprint (SHA256: and 43 base64 characters). Run: fleet zones trust sh1a");
    }

    [Fact]
    public void Keys_agents_certificates_and_authorities_are_read_and_an_own_pin_is_not_mixed_with_the_defaults()
    {
        var zones = InventoryFile.Read(
            $$$"""
            apiVersion: fleet/v1
            defaults: {user: root, identity: "agent:/run/a b.sock#SHA256:{{{new string('a', 43)}}}", hostCa: "SHA256:{{{new string('b', 43)}}}="}
            zones:
              - {name: one, kind: sub, firstbox: {host: one}}
              - {name: two, kind: sub, firstbox: {host: two, identity: "exec:pass show key", certificate: file:/c, knownHosts: file:/kh}}
              - {name: three, kind: sub, firstbox: {host: three, identity: "agent:", hostCa: file:/ca.pub}}
            """).Zones.Select(z => z.Connection.Firstbox).ToList();
        zones[0].ShouldSatisfyAllConditions(h => h.Identity.ShouldBe($"agent:/run/a b.sock#SHA256:{new string('a', 43)}"), h => h.HostCa.ShouldBe($"SHA256:{new string('b', 43)}="), h => h.Certificate.ShouldBeNull());
        zones[1].ShouldSatisfyAllConditions(h => h.Identity.ShouldBe("exec:pass show key"), h => h.Certificate.ShouldBe("file:/c"), h => h.KnownHosts.ShouldBe("file:/kh"), h => h.HostCa.ShouldBeNull());
        zones[2].ShouldSatisfyAllConditions(h => h.Identity.ShouldBe("agent:"), h => h.HostCa.ShouldBe("file:/ca.pub"));
    }

    [Theory]
    [InlineData("", "inventory-empty")]
    [InlineData("# nothing\n", "inventory-empty")]
    [InlineData("zones: [", "inventory-syntax")]
    [InlineData("- a\n", "inventory-not-mapping")]
    [InlineData("apiVersion: fleet/v1\nzones: []\n---\nzones: []\n", "inventory-two-documents")]
    [InlineData("apiVersion: fleet/v1\n", "inventory-missing")]
    [InlineData("apiVersion: fleet/v1\nzones: []\nzones: []\n", "inventory-duplicate-key")]
    [InlineData("apiVersion: fleet/v1\nzones: *nobody\n", "inventory-syntax")]
    public void A_file_that_is_no_inventory_is_refused(string text, string code) => InventoryFile.Read(text).Problems.ShouldContain(p => p.What.Code == code);

    [Theory]
    [InlineData("pek1a", "10.0.0.2", "22", Key, "inventory-duplicate-name")]
    [InlineData("pek1b", "10.0.0.1", "22", null, "inventory-duplicate-address")]
    [InlineData("pek1b", "10.0.0.2", "22", Key, "inventory-duplicate-host-key")]
    [InlineData("pek1b", "10.0.0.1", "2222", null, null)]
    public void Two_zones_are_never_one_machine(string name, string host, string port, string? hostKey, string? code)
    {
        var pin = hostKey is null ? "" : $", hostKey: \"{hostKey}\"";
        var file = InventoryFile.Read($$$"""
            apiVersion: fleet/v1
            defaults: {user: root, identity: file:/k}
            zones:
              - {name: pek1a, kind: sub, firstbox: {host: 10.0.0.1, hostKey: "{{{Key}}}"}}
              - {name: {{{name}}}, kind: sub, firstbox: {host: {{{host}}}, port: {{{port}}}{{{pin}}} }}
            """);
        file.Problems.Select(p => p.What.Code).ShouldBe(code is null ? [] : [code]);
        if (code is not null)
            file.Problems[0].Line.ShouldBe(5);
    }

    [Fact]
    public void Anchors_may_share_what_is_alike()
    {
        var file = InventoryFile.Read("""
            apiVersion: fleet/v1
            defaults: {user: root, identity: file:/k}
            zones:
              - {name: a, kind: sub, firstbox: {host: h1}, via: &jump [{host: bastion, user: ops, identity: file:/b}]}
              - {name: b, kind: sub, firstbox: {host: h2}, via: *jump}
            """);
        file.Problems.ShouldBeEmpty();
        file.Zones[1].Connection.Via.ShouldBe(file.Zones[0].Connection.Via);
    }

    [Fact]
    public void Deep_nesting_is_refused_not_followed() =>
        InventoryFile.Read("apiVersion: fleet/v1\nzones: " + new string('[', 5000)).Problems.ShouldContain(p => p.What.Code == "inventory-syntax");
}
