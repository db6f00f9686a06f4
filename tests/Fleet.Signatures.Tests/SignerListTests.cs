namespace Fleet.Signatures.Tests;

public sealed class SignerListTests
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE45oMuFSSIKLbpC8VqyARxHtdFRuF8u7FKVHAN2ZPGv";

    [Theory]
    [InlineData("ann", "line 1: it takes a name")]
    [InlineData("ann ssh-ed25519 AAAA!", "line 1: its key cannot be read")]
    [InlineData("ann ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIE45oMuFSSIKLbpC8VqyARxHtdFRuF8u7FKVHAN2ZPGv", "line 1: its key cannot be read")]
    [InlineData("ann cert-authority " + Key, "line 1: the option cert-authority is not taken")]
    [InlineData("ann valid-after=\"20261201\" " + Key, "line 1: the option valid-after is not taken, or not with this value")]
    [InlineData("ann namespaces=\"a " + Key, "line 1: a quote is not closed")]
    [InlineData("\n# x\nann sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIA==", "line 3: keys of the kind sk-ssh-ed25519@openssh.com are not taken")]
    public void What_is_not_understood_is_told_with_its_line_and_then_nobody_may_sign(string text, string problem)
    {
        var list = SignerList.Parse($"{text}\n");
        list.Problems.ShouldHaveSingleItem().ShouldStartWith(problem);
        list.Count.ShouldBe(0);
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once_and_of_half_a_list_nobody_may_sign()
    {
        var list = SignerList.Parse($"ann\nbob {Key}\ncarl x\n");
        list.Problems.Count.ShouldBe(2);
        list.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN SSH SIGNATURE-----")]
    [InlineData("-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----")]
    [InlineData("-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----")]
    [InlineData("-----BEGIN PGP SIGNATURE-----\nU1NIU0lH\n-----END PGP SIGNATURE-----")]
    public void What_is_no_signature_is_none(string text) => SshSignature.Parse(text).ShouldBeNull();

    [Fact]
    public void More_than_a_signature_has_is_not_looked_at() => SshSignature.Parse(new string('A', SshSignature.MaxLength + 1)).ShouldBeNull();
}
