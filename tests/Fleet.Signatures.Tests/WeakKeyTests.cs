using System.Security.Cryptography;
using System.Text;

namespace Fleet.Signatures.Tests;

/// <summary>Signatures that OpenSSH would not make, and others might.</summary>
public sealed class WeakKeyTests
{
    private static readonly byte[] Message = Encoding.UTF8.GetBytes("x");

    [Theory]
    [InlineData(2048, "rsa-sha2-512", SignatureTrouble.None)]
    [InlineData(2048, "ssh-rsa", SignatureTrouble.Wrong)]
    [InlineData(1024, "rsa-sha2-512", SignatureTrouble.Wrong)]
    public void Rsa_is_taken_with_sha2_and_2048_bits_or_more(int bits, string algorithm, SignatureTrouble expected)
    {
        using var rsa = RSA.Create(bits);
        var numbers = rsa.ExportParameters(includePrivateParameters: false);
        var key = SshWire.Join("ssh-rsa"u8.ToArray(), numbers.Exponent!, [0, .. numbers.Modulus!]);
        byte[] signed = [.. "SSHSIG"u8, .. SshWire.Join("fleet-runbook"u8.ToArray(), [], "sha512"u8.ToArray(), SHA512.HashData(Message))];
#pragma warning disable CA5350 // Made to see it refused.
        var made = rsa.SignData(signed, algorithm == "ssh-rsa" ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1);
#pragma warning restore CA5350
        byte[] blob = [.. "SSHSIG"u8, 0, 0, 0, 1, .. SshWire.Join(key, "fleet-runbook"u8.ToArray(), [], "sha512"u8.ToArray(), SshWire.Join(Encoding.ASCII.GetBytes(algorithm), made))];
        SshSignature.Parse(Convert.ToBase64String(blob)).ShouldNotBeNull().Check(SignatureChecks.Hashes(Message), SignatureChecks.Runbook).ShouldBe(expected);
    }

    [Fact]
    public void A_point_that_is_not_on_its_curve_is_a_wrong_key_and_no_failure()
    {
        var key = SshWire.Join("ecdsa-sha2-nistp256"u8.ToArray(), "nistp256"u8.ToArray(), [4, .. Enumerable.Repeat((byte)7, 64)]);
        byte[] blob = [.. "SSHSIG"u8, 0, 0, 0, 1, .. SshWire.Join(key, "fleet-runbook"u8.ToArray(), [], "sha512"u8.ToArray(), SshWire.Join("ecdsa-sha2-nistp256"u8.ToArray(), SshWire.Join([1], [1])))];
        SshSignature.Parse(Convert.ToBase64String(blob)).ShouldNotBeNull().Check(SignatureChecks.Hashes(Message), SignatureChecks.Runbook).ShouldBe(SignatureTrouble.Wrong);
    }
}
