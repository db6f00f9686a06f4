using System.Text;
using Fleet.Server.Chat.Slack;

namespace Fleet.Server.Tests.Chat.Slack;

public sealed class SlackSignatureTests
{
    // Slack's own example, of its page «Verifying requests from Slack».
    internal const string Secret = "8f742231b10e8888abcd99yyyzzz85a5";
    internal const string Time = "1531420618";
    internal const string Signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

    internal const string Body =
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        + "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";

    [Fact]
    public void The_published_example_is_signed_and_taken_as_published()
    {
        SlackSignature.Sign(Secret, Time, Encoding.UTF8.GetBytes(Body)).ShouldBe(Signature);
        Refusal().ShouldBeNull();
    }

    [Theory]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(-301, false)]
    [InlineData(301, false)]
    public void It_counts_for_five_minutes_either_way(int seconds, bool taken) => (Refusal(seconds: seconds) is null).ShouldBe(taken);

    [Theory]
    [InlineData(null, Signature, "it has no signature")]
    [InlineData(Time, null, "it has no signature")]
    [InlineData(Time, "", "it has no signature")]
    [InlineData("1531420618 ", Signature, "its time is no number")]
    [InlineData("-1531420618", Signature, "its time is no number")]
    [InlineData("1531420618.0", Signature, "its time is no number")]
    [InlineData("99999999999999999999", Signature, "its time is no number")]
    [InlineData("9223372036854775807", Signature, "it is not of now")]
    [InlineData("1531420617", Signature, "its signature is wrong")]
    [InlineData("01531420618", Signature, "its signature is wrong")]
    [InlineData(Time, "v1=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503", "its signature is wrong")]
    [InlineData(Time, "v0=A2114D57B48EAC39B9AD189DD8316235A7B4A8D21A10BD27519666489C69B503", "its signature is wrong")]
    [InlineData(Time, "v0=", "its signature is wrong")]
    [InlineData(Time, "a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503", "its signature is wrong")]
    public void What_is_forged_is_refused(string? time, string? signature, string why) =>
        SlackSignature.Refusal(Secret, time, signature, Encoding.UTF8.GetBytes(Body), DateTimeOffset.FromUnixTimeSeconds(1531420618)).ShouldBe(why);

    [Fact]
    public void Another_body_or_another_secret_is_refused()
    {
        Refusal(body: Body + "&x=1").ShouldBe("its signature is wrong");
        Refusal(secret: "8f742231b10e8888abcd99yyyzzz85a6").ShouldBe("its signature is wrong");
    }

    private static string? Refusal(string secret = Secret, string body = Body, int seconds = 0) =>
        SlackSignature.Refusal(secret, Time, Signature, Encoding.UTF8.GetBytes(body), DateTimeOffset.FromUnixTimeSeconds(1531420618 + seconds));
}
