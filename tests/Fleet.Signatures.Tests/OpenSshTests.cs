using System.Text;
using Fleet.Testing;

namespace Fleet.Signatures.Tests;

/// <summary>Both ways with the real ssh-keygen.</summary>
public sealed class OpenSshTests : IDisposable
{
    private static readonly byte[] Message = Encoding.UTF8.GetBytes("apiVersion: fleet/v1\nname: x\n");
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly SshKeygen keygen = new();

    public void Dispose() => keygen.Dispose();

    [Theory]
    [InlineData("ed25519", null, "sha512")]
    [InlineData("ed25519", null, "sha256")]
    [InlineData("ecdsa", 256, "sha512")]
    [InlineData("ecdsa", 384, "sha512")]
    [InlineData("ecdsa", 521, "sha256")]
    [InlineData("rsa", 2048, "sha512")]
    [InlineData("rsa", 3072, "sha256")]
    public void What_OpenSSH_signs_is_taken_for_its_own_message_and_no_other(string type, int? bits, string hash)
    {
        var key = keygen.Key(type, bits);
        var signature = SshSignature.Parse(keygen.Sign(key, SignatureChecks.Runbook, Message, hash)).ShouldNotBeNull();
        var list = SignerList.Parse($"ann@example.com {SshKeygen.PublicOf(key)} a comment\n");
        list.Verify(signature, SignatureChecks.Hashes(Message), SignatureChecks.Runbook, Now).ShouldBe(new SignatureVerdict(SignatureTrouble.None, "ann@example.com"));
        list.Verify(signature, SignatureChecks.Hashes([.. Message, 0]), SignatureChecks.Runbook, Now).Trouble.ShouldBe(SignatureTrouble.Wrong);
        list.Verify(signature, SignatureChecks.Hashes(Message), SignatureChecks.Package, Now).Trouble.ShouldBe(SignatureTrouble.OtherPurpose);
        keygen.Verifies($"ann@example.com {SshKeygen.PublicOf(key)}", "ann@example.com", SignatureChecks.Runbook, signature.Armored, Message).ShouldBeTrue("what we write, OpenSSH reads");
        SshSignature.Parse(signature.Line)!.Armored.ShouldBe(signature.Armored);
    }

    [Fact]
    public void A_signature_with_any_one_bit_changed_is_never_right()
    {
        var key = keygen.Key("ed25519");
        var blob = Convert.FromBase64String(SshSignature.Parse(keygen.Sign(key, SignatureChecks.Runbook, Message))!.Line);
        var list = SignerList.Parse($"ann {SshKeygen.PublicOf(key)}");
        for (var bit = 0; bit < blob.Length * 8; bit++)
        {
            var changed = blob.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            if (SshSignature.Parse(Convert.ToBase64String(changed)) is { } signature)
                list.Verify(signature, SignatureChecks.Hashes(Message), SignatureChecks.Runbook, Now).IsGood.ShouldBeFalse($"bit {bit}");
        }
    }

    [Fact]
    public void A_right_signature_by_a_stranger_is_nobodys()
    {
        var (known, stranger) = (keygen.Key("ed25519"), keygen.Key("ed25519"));
        var signature = SshSignature.Parse(keygen.Sign(stranger, SignatureChecks.Runbook, Message))!;
        SignerList.Parse($"ann {SshKeygen.PublicOf(known)}").Verify(signature, SignatureChecks.Hashes(Message), SignatureChecks.Runbook, Now).ShouldBe(new SignatureVerdict(SignatureTrouble.UnknownSigner, null));
    }

    [Theory]
    [InlineData("namespaces=\"fleet-runbook\"", SignatureTrouble.None)]
    [InlineData("namespaces=\"git,fleet-*\"", SignatureTrouble.None)]
    [InlineData("namespaces=\"fleet-package,git\"", SignatureTrouble.NotForThis)]
    [InlineData("valid-after=\"20261201Z\"", SignatureTrouble.None)]
    [InlineData("valid-after=\"202612011201Z\"", SignatureTrouble.NotValidNow)]
    [InlineData("namespaces=\"fleet-runbook\",valid-before=\"20261201120000Z\"", SignatureTrouble.NotValidNow)]
    [InlineData("valid-after=\"20261101Z\",valid-before=\"20270101Z\"", SignatureTrouble.None)]
    public void A_signer_may_sign_what_and_when_the_line_says(string options, SignatureTrouble expected)
    {
        var key = keygen.Key("ed25519");
        var signature = SshSignature.Parse(keygen.Sign(key, SignatureChecks.Runbook, Message))!;
        var list = SignerList.Parse($"# who may sign\n\nann@example.com,bob {options} {SshKeygen.PublicOf(key)}\r\n");
        list.Problems.ShouldBeEmpty();
        list.Verify(signature, SignatureChecks.Hashes(Message), SignatureChecks.Runbook, Now).Trouble.ShouldBe(expected);
    }

    [Fact]
    public void A_hash_that_is_not_known_here_is_told_apart_from_a_wrong_one()
    {
        var key = keygen.Key("ed25519");
        var signature = SshSignature.Parse(keygen.Sign(key, SignatureChecks.Package, Message))!;
        signature.Check(algorithm => algorithm == "sha256" ? [] : null, SignatureChecks.Package).ShouldBe(SignatureTrouble.OtherHash);
    }
}
