using Fleet.Contracts.Phases;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Tests.Ssh;

public sealed class HostKeyPinTests
{
    // A real ed25519 key; its fingerprint and the hashed names below are what ssh-keygen gives for it.
    private const string Key = "AAAAC3NzaC1lZDI1NTE5AAAAIJ0iLl3GqVGHJ2mOgZMSc2rCFpKwQGz2zB0NTxgFAKEE";
    private static readonly string Mine = PinnedKey.TryParse("ssh-ed25519", Key)!.Fingerprint;

    [Theory]
    [InlineData("box ssh-ed25519 KEY comment", "box", 22, "Trusted")]
    [InlineData("a,box,b ssh-ed25519 KEY", "box", 22, "Trusted")]
    [InlineData("BOX ssh-ed25519 KEY", "box", 22, "Trusted")]
    [InlineData("*.example.org ssh-ed25519 KEY", "box.example.org", 22, "Trusted")]
    [InlineData("10.1.?.2 ssh-ed25519 KEY", "10.1.0.2", 22, "Trusted")]
    [InlineData("10.1.0.2 ssh-ed25519 KEY", "10x1y0z2", 22, "Unknown")]
    [InlineData("*.example.org,!box.example.org ssh-ed25519 KEY", "box.example.org", 22, "Unknown")]
    [InlineData("[box]:2222 ssh-ed25519 KEY", "box", 2222, "Trusted")]
    [InlineData("box ssh-ed25519 KEY", "box", 2222, "Unknown")]
    [InlineData("[box]:2222 ssh-ed25519 KEY", "box", 22, "Unknown")]
    [InlineData("# box ssh-ed25519 KEY", "box", 22, "Unknown")]
    [InlineData("", "box", 22, "Unknown")]
    [InlineData("box ssh-ed25519 !!!", "box", 22, "Unknown")]
    [InlineData("box ssh-ed25519", "box", 22, "Unknown")]
    [InlineData("@cert-authority box ssh-ed25519 KEY", "box", 22, "Unknown")]
    [InlineData("@revoked * ssh-ed25519 KEY", "box", 22, "Revoked")]
    [InlineData("box ssh-ed25519 KEY\n@revoked box ssh-ed25519 KEY", "box", 22, "Revoked")]
    [InlineData("box ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQ==", "box", 22, "Changed")]
    [InlineData("box ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQ==\nbox ssh-ed25519 KEY", "box", 22, "Trusted")]
    [InlineData("box\tssh-ed25519\tKEY\r", "box", 22, "Trusted")]
    public void A_known_hosts_file_decides(string file, string host, int port, string verdict) =>
        HostKeyPin.Of(new SshHop { Host = host, Port = port, User = "root" }, file.Replace("KEY", Key)).Judge(Mine).ToString().ShouldBe(verdict);

    [Theory]
    [InlineData(null, "Unknown")]
    [InlineData("SHA256:other", "Changed")]
    [InlineData("MINE", "Trusted")]
    [InlineData("MINE=", "Trusted")]
    [InlineData("SHA256:other, MINE", "Trusted")]
    public void A_fingerprint_decides(string? pin, string verdict) =>
        HostKeyPin.Of(new SshHop { Host = "box", User = "root", HostKey = pin?.Replace("MINE", Mine) }, knownHosts: null).Judge(Mine).ToString().ShouldBe(verdict);

    [Fact]
    public void The_types_of_known_keys_are_asked_for_first() =>
        HostKeyPin.Of(new SshHop { Host = "box", User = "root" }, "box ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQ==\n").Types.ShouldBe(["ssh-rsa"]);
}
