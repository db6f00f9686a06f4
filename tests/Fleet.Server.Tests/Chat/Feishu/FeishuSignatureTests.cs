using System.Security.Cryptography;
using System.Text;
using Fleet.Server.Chat.Feishu;

namespace Fleet.Server.Tests.Chat.Feishu;

public sealed class FeishuSignatureTests
{
    private const string Time = "1700000000";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1700000000);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"encrypt":"x"}""");
    private static readonly string Right = FeishuSignature.Sign("key", Time, "n1", Body);

    [Fact]
    public void The_published_example_opens_and_with_another_key_it_does_not()
    {
        Encoding.UTF8.GetString(FeishuCipher.Open("test key", "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=")!).ShouldBe("hello world");
        Encoding.UTF8.GetString(FeishuCipher.Open("k", FeishuSealed.Encrypt("k", "升级"))!).ShouldBe("升级");
        (FeishuCipher.Open("other", "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=") is { } opened ? Encoding.UTF8.GetString(opened) : "").ShouldNotBe("hello world");
    }

    [Theory]
    [InlineData("")]
    [InlineData("P37w")]
    [InlineData("no base64!")]
    [InlineData("P37w+VZImNgPEO1RBhJ6Rg==")]
    [InlineData("P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghmR")]
    public void What_was_not_encrypted_opens_as_nothing(string text) => FeishuCipher.Open("test key", text).ShouldBeNull();

    [Fact]
    public void It_is_over_time_nonce_key_and_bytes()
    {
        Right.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("""1700000000n1key{"encrypt":"x"}"""))));
        Refusal().ShouldBeNull();
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    public void It_counts_for_five_minutes_either_way(int seconds, bool taken) => (FeishuSignature.Refusal("key", Time, "n1", Right, Body, Now.AddSeconds(seconds)) is null).ShouldBe(taken);

    [Theory]
    [InlineData(null, "n1", "it has no signature")]
    [InlineData(Time, null, "it has no signature")]
    [InlineData(Time, "", "it has no signature")]
    [InlineData("17000000001", "n1", "its time is no number of seconds")]
    [InlineData("170000000", "0n1", "its time is no number of seconds")]
    [InlineData("yesterday!", "n1", "its time is no number of seconds")]
    [InlineData("1700000001", "n1", "its signature is wrong")]
    [InlineData(Time, "n2", "its signature is wrong")]
    public void What_is_forged_is_refused(string? time, string? nonce, string why) => Refusal(time, nonce).ShouldBe(why);

    [Fact]
    public void Another_body_key_or_signature_is_refused()
    {
        FeishuSignature.Refusal("other", Time, "n1", Right, Body, Now).ShouldBe("its signature is wrong");
        FeishuSignature.Refusal("key", Time, "n1", Right, [.. Body, 0], Now).ShouldBe("its signature is wrong");
        FeishuSignature.Refusal("key", Time, "n1", Right.ToUpperInvariant(), Body, Now).ShouldBe("its signature is wrong");
        FeishuSignature.Refusal("key", Time, new string('n', 300), Right, Body, Now).ShouldBe("its nonce is too long");
    }

    private static string? Refusal(string? time = Time, string? nonce = "n1") => FeishuSignature.Refusal("key", time, nonce, Right, Body, Now);
}
