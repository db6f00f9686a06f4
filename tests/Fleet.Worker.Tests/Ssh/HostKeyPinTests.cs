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
    // The bare key of an authority is no host's.
    [InlineData("@cert-authority box ssh-ed25519 KEY", "box", 22, "NotCertified")]
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

    [Theory]
    [InlineData("SHA256:ca", "box", "Trusted")]
    [InlineData("SHA256:ca=", "BOX", "Trusted")]
    [InlineData("SHA256:other", "box", "NotCertified")]
    [InlineData(null, "box", "Unknown")]
    [InlineData("SHA256:ca", "bo?", "Trusted")]
    [InlineData("SHA256:ca", "*.example.org", "CertificateOfOther")]
    [InlineData("SHA256:ca", "", "CertificateOfOther")]
    public void An_authority_decides_by_the_names_in_its_certificates(string? authority, string name, string verdict) =>
        Judge(authority, Certificate(name)).ToString().ShouldBe(verdict);

    [Fact]
    public void A_certificate_is_refused_for_what_the_library_does_not_look_at()
    {
        var good = Certificate("box");
        Judge("SHA256:ca", good with { ForHosts = false }).ShouldBe(HostKeyVerdict.CertificateUnfit);
        Judge("SHA256:ca", good with { Options = ["force-command"] }).ShouldBe(HostKeyVerdict.CertificateUnfit);
        Judge("SHA256:ca", good with { SignedWith = "ssh-rsa" }).ShouldBe(HostKeyVerdict.CertificateUnfit);
        Judge("SHA256:ca", good with { ValidTo = Now }).ShouldBe(HostKeyVerdict.CertificateExpired);
        Judge("SHA256:ca", good with { ValidFrom = Now.AddSeconds(1) }).ShouldBe(HostKeyVerdict.CertificateNotYetValid);
    }

    [Theory]
    [InlineData("@cert-authority *.example.org ssh-ed25519 KEY", "a.example.org", "Trusted")]
    [InlineData("@cert-authority *.example.org ssh-ed25519 KEY", "a.example.com", "Unknown")]
    [InlineData("@cert-authority * ssh-ed25519 KEY\n@revoked * ssh-ed25519 KEY", "a.example.org", "Revoked")]
    public void A_known_hosts_file_names_authorities_for_some_hosts(string file, string host, string verdict) =>
        HostKeyPin.Of(new SshHop { Host = host, User = "root" }, file.Replace("KEY", Key)).Judge("SHA256:host", Certificate("*") with { Authority = Mine }, Now).ToString().ShouldBe(verdict);

    [Fact]
    public void A_file_of_public_keys_names_authorities() =>
        HostKeyPin.Of(new SshHop { Host = "box", User = "root", HostCa = "file:/ca.pub" }, knownHosts: null, $"# ours\nssh-ed25519 {Key} ca@example\n").Judge("SHA256:host", Certificate("box") with { Authority = Mine }, Now).ShouldBe(HostKeyVerdict.Trusted);

    private static readonly DateTimeOffset Now = new(2026, 11, 30, 0, 0, 0, TimeSpan.Zero);

    private static SshCertificate Certificate(string name) => new("SHA256:ca", true, name.Length > 0 ? [name] : [], Now.AddDays(-1), Now.AddDays(1), [], "ssh-ed25519", "id");

    private static HostKeyVerdict Judge(string? authority, SshCertificate certificate) =>
        HostKeyPin.Of(new SshHop { Host = "box", User = "root", HostCa = authority }, knownHosts: null).Judge("SHA256:host", certificate, Now);
}
