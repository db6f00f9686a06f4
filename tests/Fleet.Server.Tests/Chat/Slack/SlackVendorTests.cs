using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Server.Chat;
using Fleet.Server.Chat.Slack;
using Fleet.Server.Tests.Chat.Vendors;
using Fleet.Testing;

namespace Fleet.Server.Tests.Chat.Slack;

/// <summary>Held against what Slack itself publishes: Bolt, the Web API's and Socket Mode's clients, the types of blocks.</summary>
public sealed class SlackVendorTests
{
    [Fact]
    public async Task Slacks_own_library_takes_what_ours_takes_and_refuses_what_ours_refuses()
    {
        const long Now = 1531420618;
        var cases = new List<(string Secret, string Time, string Body, string Signature, long Now)>
        {
            (SlackSignatureTests.Secret, SlackSignatureTests.Time, SlackSignatureTests.Body, SlackSignatureTests.Signature, Now),
            (SlackSignatureTests.Secret, SlackSignatureTests.Time, SlackSignatureTests.Body + "x", SlackSignatureTests.Signature, Now),
            (SlackSignatureTests.Secret, SlackSignatureTests.Time, SlackSignatureTests.Body, SlackSignatureTests.Signature.Replace("v0", "v1", StringComparison.Ordinal), Now),
            (SlackSignatureTests.Secret, SlackSignatureTests.Time, SlackSignatureTests.Body, SlackSignatureTests.Signature, Now + 301),
        };
        foreach (var body in new[] { "", "a=b", """{"text":"升级 😀 <&>"}""", new string('x', 100_000) })
        {
            foreach (var secret in new[] { "s", RunningSlack.Secret })
                cases.Add((secret, $"{Now}", body, SlackSignature.Sign(secret, $"{Now}", Encoding.UTF8.GetBytes(body)), Now + 300));
        }

        var said = await Vendor.RunAsync("slack-signatures.mjs", cases.Select(c => JsonSerializer.Serialize(new { secret = c.Secret, time = c.Time, body = c.Body, signature = c.Signature, now = c.Now })));
        var ours = cases.Select(c => SlackSignature.Refusal(c.Secret, c.Time, c.Signature, Encoding.UTF8.GetBytes(c.Body), DateTimeOffset.FromUnixTimeSeconds(c.Now)) is null);
        said.ShouldBe(ours.Select(taken => taken ? "true" : "false"));
        said.Count(s => s == "true").ShouldBe(9);
    }

    [Fact]
    public async Task What_is_sent_has_the_types_that_Slack_publishes()
    {
        var checks = new List<string>();
        foreach (var message in new[] { Messages.Plain(), Messages.Whole(), Messages.Huge(), Messages.Edges() })
        {
            foreach (var block in SlackForm.Blocks(message, SlackFormTests.Mentions))
            {
                checks.Add(Check("KnownBlock", block!));
                // The union's errors are vague: its one that is meant is asked too.
                checks.Add(Check(block!["type"]!.GetValue<string>() switch { "header" => "HeaderBlock", "actions" => "ActionsBlock", _ => "RichTextBlock" }, block));
            }
        }

        checks.Add(Check("ModalView", JsonNode.Parse(SlackForms.Open(new SlackCall.Ask("t", new SlackForms.Kept("C1", "2.0", null, "v"), "Why?")))!));
        (await Vendor.RunAsync("slack-types.mjs", checks)).ShouldBe([$"checked: {checks.Count}"]);
        (await Vendor.RunAsync("slack-types.mjs", ["""{"kind":"KnownBlock","json":{"type":"header","text":"no object"}}"""])).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Slacks_own_clients_take_the_double_for_Slack()
    {
        await using var slack = await SlackDouble.StartAsync();
        slack.Next.Enqueue((429, "", 7));
        await using var client = await Vendor.StartAsync("slack-calls.mjs", slack.Api.ToString(), SlackDouble.Token, SlackDouble.AppToken);
        await Eventually.BeTrueAsync(() => client.Output.Contains("connected: true", StringComparison.Ordinal), TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken, () => client.Output);
        slack.Sockets.Single().Enqueue("""{"type":"slash_commands","envelope_id":"E1","accepts_response_payload":true,"payload":{"command":"/fleet","text":"status"}}""");
        await Eventually.BeTrueAsync(() => slack.Acknowledged.Contains("E1"), TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken, () => client.Output);
        foreach (var expected in new[] { "limited: true 7", "posted: C0OPS", "updated: true", "gone: message_not_found", "blocks: invalid_blocks", "told: status" })
            client.Output.ShouldContain(expected);
    }

    private static string Check(string kind, JsonNode json) => new JsonObject { ["kind"] = kind, ["json"] = json.DeepClone() }.ToJsonString();
}
