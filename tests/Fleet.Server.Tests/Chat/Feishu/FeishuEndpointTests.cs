using System.Net;
using System.Text.Json;
using Fleet.Server.Chat;
using Fleet.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Server.Tests.Chat.Feishu;

public sealed class FeishuEndpointTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_command_is_acknowledged_at_once_and_answered_in_its_thread()
    {
        await using var feishu = await RunningFeishu.StartAsync();
        var done = new TaskCompletionSource();
        (feishu.Inbox.Until, feishu.Inbox.Answer) = (done.Task, Messages.Whole());
        (await feishu.TellAsync(FeishuSealed.Message("e1", "@_user_1 status"))).ShouldBe((HttpStatusCode.OK, "{}"));
        await Eventually.BeTrueAsync(() => feishu.Inbox.Commands.Count == 1, Limit, TestContext.Current.CancellationToken);
        feishu.Double.Calls.ShouldBeEmpty();
        done.SetResult();
        await Eventually.BeTrueAsync(() => feishu.Double.Calls.Count == 1, Limit, TestContext.Current.CancellationToken);
        var (path, body) = feishu.Double.Calls.Single();
        path.ShouldBe("open-apis/im/v1/messages/om_1/reply");
        body.GetProperty("reply_in_thread").GetBoolean().ShouldBeTrue();
        feishu.Inbox.Commands.Single().Text.ShouldBe("status");
    }

    [Fact]
    public async Task What_comes_twice_is_done_once_and_what_calls_somebody_else_is_left()
    {
        await using var feishu = await RunningFeishu.StartAsync();
        foreach (var id in new[] { "e1", "e1", "e1" })
            (await feishu.TellAsync(FeishuSealed.Message(id, "@_user_1 status"))).Code.ShouldBe(HttpStatusCode.OK);
        (await feishu.TellAsync(FeishuSealed.Message("e2", "@_user_1 hi", bot: "ou_carol"))).Code.ShouldBe(HttpStatusCode.OK);
        (await feishu.TellAsync(FeishuSealed.Message("e3", "@_user_1 status"))).Code.ShouldBe(HttpStatusCode.OK);
        await Eventually.BeTrueAsync(() => feishu.Inbox.Commands.Count == 2, Limit, TestContext.Current.CancellationToken);
        feishu.Inbox.Commands.Select(c => c.Id).Order().ShouldBe(["e1", "e3"]);
    }

    [Fact]
    public async Task A_press_is_answered_to_who_pressed_or_where_that_takes_too_long_below_the_message()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var feishu = await RunningFeishu.StartAsync(clock);
        feishu.Inbox.Answer = Messages.Plain("Thanks") with { Mood = ChatMood.Good };
        var (code, body) = await feishu.TellAsync(FeishuSealed.Press("e1", "because"));
        code.ShouldBe(HttpStatusCode.OK);
        JsonDocument.Parse(body).RootElement.GetProperty("toast").GetProperty("content").GetString().ShouldBe("✅ Thanks");
        feishu.Inbox.Presses.Single().Text.ShouldBe("because");
        (await feishu.TellAsync(FeishuSealed.Press("e1", "because"))).ShouldBe((HttpStatusCode.OK, "{}"));

        var done = new TaskCompletionSource();
        feishu.Inbox.Until = done.Task;
        var late = feishu.TellAsync(FeishuSealed.Press("e2"));
        await Eventually.BeTrueAsync(() => feishu.Inbox.Presses.Count == 2, Limit, TestContext.Current.CancellationToken);
        late.IsCompleted.ShouldBeFalse();
        await Eventually.BeTrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(2));
                return late.IsCompleted;
            },
            Limit,
            TestContext.Current.CancellationToken);
        (await late).ShouldBe((HttpStatusCode.OK, "{}"));
        done.SetResult();
        await Eventually.BeTrueAsync(() => feishu.Double.Calls.Count == 1, Limit, TestContext.Current.CancellationToken);
        feishu.Double.Calls.Single().Path.ShouldBe("open-apis/im/v1/messages/om_9/reply");
        feishu.Inbox.Presses.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_forged_stale_oversized_or_malformed_reaches_nobody()
    {
        await using var feishu = await RunningFeishu.StartAsync();
        var right = FeishuSealed.Body(FeishuSealed.Message("e1", "@_user_1 status"));
        (await feishu.SendAsync(FeishuSealed.Request(right, signature: new string('0', 64)))).Code.ShouldBe(HttpStatusCode.Unauthorized);
        (await feishu.SendAsync(FeishuSealed.Request(right, signature: ""))).Code.ShouldBe(HttpStatusCode.Unauthorized);
        (await feishu.SendAsync(FeishuSealed.Request(right, at: TimeProvider.System.GetUtcNow().AddMinutes(-6)))).Code.ShouldBe(HttpStatusCode.Unauthorized);
        (await feishu.SendAsync(FeishuSealed.Request("{", signature: ""))).Code.ShouldBe(HttpStatusCode.Unauthorized);
        (await feishu.SendAsync(FeishuSealed.Request("{"))).Code.ShouldBe(HttpStatusCode.BadRequest);
        (await feishu.SendAsync(FeishuSealed.Request("""{"encrypt":"AAAA"}"""))).Code.ShouldBe(HttpStatusCode.BadRequest);
        // Signed, and yet in clear.
        (await feishu.SendAsync(FeishuSealed.Request(FeishuSealed.Message("e1", "@_user_1 status")))).Code.ShouldBe(HttpStatusCode.BadRequest);
        (await feishu.SendAsync(FeishuSealed.Request(new string('x', RawBody.Most + 1)))).Code.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await feishu.TellAsync(FeishuSealed.Message("last", "@_user_1 status"))).Code.ShouldBe(HttpStatusCode.OK);
        await Eventually.BeTrueAsync(() => !feishu.Inbox.Commands.IsEmpty, Limit, TestContext.Current.CancellationToken);
        feishu.Inbox.Commands.Select(c => c.Id).ShouldBe(["last"]);
    }

    [Fact]
    public async Task A_challenge_is_answered_where_Feishu_encrypted_it_and_not_with_a_wrong_signature()
    {
        await using var feishu = await RunningFeishu.StartAsync();
        var challenge = FeishuSealed.Body("""{"type":"url_verification","challenge":"abc","token":"x"}""");
        (await feishu.SendAsync(FeishuSealed.Request(challenge, signature: ""))).ShouldBe((HttpStatusCode.OK, """{"challenge":"abc"}"""));
        (await feishu.SendAsync(FeishuSealed.Request(challenge))).ShouldBe((HttpStatusCode.OK, """{"challenge":"abc"}"""));
        (await feishu.SendAsync(FeishuSealed.Request(challenge, signature: new string('0', 64)))).Code.ShouldBe(HttpStatusCode.Unauthorized);
        (await feishu.SendAsync(FeishuSealed.Request("""{"type":"url_verification","challenge":"abc"}""", signature: ""))).Code.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
