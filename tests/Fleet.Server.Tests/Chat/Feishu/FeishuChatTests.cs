using System.Text.Json;
using Fleet.Server.Chat;
using Fleet.Server.Chat.Feishu;
using Fleet.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Server.Tests.Chat.Feishu;

public sealed class FeishuChatTests
{
    private static readonly ChatPlace Ops = new("feishu", "oc_ops");

    [Fact]
    public async Task A_message_is_posted_into_its_thread_and_changed_by_its_id()
    {
        await using var feishu = await FeishuDouble.StartAsync();
        using var chat = RunningFeishu.Over(feishu);
        var post = await chat.PostAsync(Ops, Messages.Huge(), TestContext.Current.CancellationToken);
        post.ShouldBe(new ChatPost(Ops, "om_1"));
        await chat.UpdateAsync(post, Messages.Whole(), TestContext.Current.CancellationToken);
        await chat.PostAsync(Ops with { Thread = post.Id }, Messages.Edges(), TestContext.Current.CancellationToken);
        feishu.Calls.Select(c => c.Path).ShouldBe(["open-apis/im/v1/messages", "open-apis/im/v1/messages/om_1", "open-apis/im/v1/messages/om_1/reply"]);
        feishu.Tokens.ShouldBe(1);
        (await Should.ThrowAsync<ChatException>(() => chat.UpdateAsync(post with { Id = "om_gone" }, Messages.Plain(), TestContext.Current.CancellationToken))).Failure.ShouldBe(ChatFailure.Gone);
    }

    [Fact]
    public async Task A_picture_is_in_the_card_and_the_card_stands_where_it_was_not_taken()
    {
        await using var feishu = await FeishuDouble.StartAsync();
        using var chat = RunningFeishu.Over(feishu);
        var message = Messages.Plain() with { Image = new ChatImage([1, 2, 3], "a timeline") };
        await chat.PostAsync(Ops, message, TestContext.Current.CancellationToken);
        feishu.Pictures.Count.ShouldBe(1);
        feishu.Next.Enqueue((400, """{"code":234001,"msg":"no"}""", null));
        await chat.PostAsync(Ops, message, TestContext.Current.CancellationToken);
        feishu.Calls.Select(c => c.Body.Text("content")!.Contains("img_1", StringComparison.Ordinal)).ShouldBe([true, false]);
    }

    [Fact]
    public async Task A_token_is_got_anew_before_it_ends_and_where_it_was_revoked()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        await using var feishu = await FeishuDouble.StartAsync();
        using var chat = RunningFeishu.Over(feishu, clock);
        await chat.PostAsync(Ops, Messages.Plain(), TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromMinutes(109));
        await chat.PostAsync(Ops, Messages.Plain(), TestContext.Current.CancellationToken);
        feishu.Tokens.ShouldBe(1);
        clock.Advance(TimeSpan.FromMinutes(1));
        await chat.PostAsync(Ops, Messages.Plain(), TestContext.Current.CancellationToken);
        feishu.Tokens.ShouldBe(2);
        feishu.Next.Enqueue((400, """{"code":99991663,"msg":"token invalid"}""", null));
        await chat.PostAsync(Ops, Messages.Plain(), TestContext.Current.CancellationToken);
        feishu.Tokens.ShouldBe(3);
        feishu.Calls.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData(400, """{"code":230002,"msg":"The bot can not be outside the group."}""", nameof(ChatFailure.Refused))]
    [InlineData(400, """{"code":230031,"msg":"too old"}""", nameof(ChatFailure.Gone))]
    [InlineData(400, """{"code":99991400,"msg":"request trigger frequency limit"}""", nameof(ChatFailure.Limited))]
    [InlineData(429, "", nameof(ChatFailure.Limited))]
    [InlineData(502, "bad gateway", nameof(ChatFailure.Unreachable))]
    [InlineData(200, "<html>", nameof(ChatFailure.Unreachable))]
    [InlineData(200, """{"code":"0"}""", nameof(ChatFailure.Unreachable))]
    [InlineData(302, "", nameof(ChatFailure.Unreachable))]
    public async Task What_Feishu_refuses_is_told_apart(int status, string body, string failure)
    {
        await using var feishu = await FeishuDouble.StartAsync();
        using var chat = RunningFeishu.Over(feishu);
        feishu.Next.Enqueue((status, body, null));
        var refused = await Should.ThrowAsync<ChatException>(() => chat.PostAsync(Ops, Messages.Plain(), TestContext.Current.CancellationToken));
        refused.Failure.ToString().ShouldBe(failure);
        (refused.After is not null).ShouldBe(failure == nameof(ChatFailure.Limited));
    }

    [Fact]
    public async Task A_wrong_secret_is_told_without_it()
    {
        await using var feishu = await FeishuDouble.StartAsync();
        using var chat = RunningFeishu.Over(feishu, secret: "hunter2");
        var refused = await Should.ThrowAsync<ChatException>(() => chat.PostAsync(Ops, Messages.Plain(), TestContext.Current.CancellationToken));
        refused.Failure.ShouldBe(ChatFailure.Refused);
        refused.Message.ShouldContain("10014");
        refused.Message.ShouldNotContain("hunter2");
    }

    [Fact]
    public void All_that_is_wrong_in_settings_is_told_at_once()
    {
        using var folder = new TemporaryFolder();
        var secret = Path.Combine(folder.Path, "s");
        File.WriteAllText(secret, "two words hunter2");
        var problems = new List<string>();
        FeishuOptions.Read(Settings(new() { ["AppId"] = "1", ["AppSecret"] = "x", ["AppSecretFile"] = secret, ["Api"] = "http://open.feishu.cn", ["Mentions:ann"] = "ou_1></at><at id=all" }), problems);
        problems.Count.ShouldBe(6);
        string.Concat(problems).ShouldNotContain("hunter2");

        problems.Clear();
        File.WriteAllText(secret, "right\n");
        var options = FeishuOptions.Read(Settings(new() { ["AppId"] = "cli_1", ["AppSecretFile"] = secret, ["EncryptKeyFile"] = secret, ["Api"] = "https://open.larksuite.com", ["Mentions:ann"] = "ou_1" }), problems)!;
        problems.ShouldBeEmpty();
        (options.AppSecret, options.Host.Api).ShouldBe(("right", new Uri("https://open.larksuite.com/")));
        FeishuOptions.Read(Settings([]), problems).ShouldBeNull();
    }

    private static IConfiguration Settings(Dictionary<string, string?> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => $"Fleet:Chat:Feishu:{s.Key}", s => s.Value)).Build();
}
