using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Server.Chat.Feishu;
using Fleet.Server.Tests.Chat.Vendors;
using Fleet.Testing;

namespace Fleet.Server.Tests.Chat.Feishu;

/// <summary>Held against what Feishu itself publishes: its library for Node.</summary>
public sealed class FeishuVendorTests
{
    [Fact]
    public async Task Feishus_own_library_takes_what_ours_takes_and_reads_the_same_in_it()
    {
        const string Time = "1700000000";
        var cases = new List<(string Key, string Nonce, string Signature, string Body, string? Told)>();
        foreach (var told in new[] { """{"a":1}""", """{"text":"升级 😀 <&>"}""", new string('x', 50_000) })
        {
            var body = FeishuSealed.Body(told);
            var right = FeishuSignature.Sign(FeishuSealed.Key, Time, "n1", Encoding.UTF8.GetBytes(body));
            cases.Add((FeishuSealed.Key, "n1", right, body, told));
            cases.Add((FeishuSealed.Key, "n2", right, body, null));
            cases.Add((FeishuSealed.Key, "n1", new string('0', 64), body, null));
            cases.Add(("another key", "n1", right, body, null));
        }

        var said = await Vendor.RunAsync("feishu-events.mjs", cases.Select(c => JsonSerializer.Serialize(new { key = c.Key, time = Time, nonce = c.Nonce, signature = c.Signature, body = c.Body })));
        said.ShouldBe(cases.Select(c => c.Told ?? "false"));
        foreach (var one in cases)
        {
            var refused = FeishuSignature.Refusal(one.Key, Time, one.Nonce, one.Signature, Encoding.UTF8.GetBytes(one.Body), DateTimeOffset.FromUnixTimeSeconds(1700000000));
            (refused is null).ShouldBe(one.Told is not null);
            if (one.Told is not null)
                Encoding.UTF8.GetString(FeishuCipher.Open(one.Key, JsonNode.Parse(one.Body)!["encrypt"]!.GetValue<string>())!).ShouldBe(one.Told);
        }
    }

    [Fact]
    public async Task What_is_sent_has_the_types_that_Feishu_publishes()
    {
        var checks = new List<string>();
        foreach (var message in new[] { Messages.Plain(), Messages.Whole(), Messages.Huge(), Messages.Edges() })
        {
            var card = JsonNode.Parse(FeishuForm.Card(message, FeishuFormTests.Mentions))!;
            // Its types are older than forms.
            var elements = card["elements"]!.AsArray();
            foreach (var form in elements.Where(e => e!["tag"]!.GetValue<string>() == "form").ToList())
                elements.Remove(form);
            checks.Add(new JsonObject { ["kind"] = "InteractiveCard", ["json"] = card }.ToJsonString());
        }

        (await Vendor.RunAsync("feishu-types.mjs", checks)).ShouldBe([$"checked: {checks.Count}"]);
        (await Vendor.RunAsync("feishu-types.mjs", ["""{"kind":"InteractiveCard","json":{"elements":[{"tag":"div","text":"no object"}]}}"""])).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Feishus_own_client_takes_the_double_for_Feishu()
    {
        await using var feishu = await FeishuDouble.StartAsync();
        await using var client = await Vendor.StartAsync("feishu-calls.mjs", feishu.Url.ToString().TrimEnd('/'), FeishuDouble.Secret, FeishuForm.Card(Messages.Whole(), FeishuFormTests.Mentions));
        await Eventually.BeTrueAsync(() => client.Output.Contains("gone: ", StringComparison.Ordinal) || client.HasExited, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken, () => client.Output);
        foreach (var expected in new[] { "posted: 0 om_1", "answered: 0", "changed: 0", "gone: 230011" })
            client.Output.ShouldContain(expected);
    }
}
