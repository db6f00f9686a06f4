using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fleet.Server.Chat.Feishu;

namespace Fleet.Server.Tests.Chat.Feishu;

/// <summary>What Feishu sends, as it sends it: encrypted, signed.</summary>
internal static class FeishuSealed
{
    public const string Key = "the-encrypt-key";

    public static string Encrypt(string key, string text)
    {
        using var aes = Aes.Create();
        aes.Key = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        var vector = RandomNumberGenerator.GetBytes(16);
        return Convert.ToBase64String([.. vector, .. aes.EncryptCbc(Encoding.UTF8.GetBytes(text), vector)]);
    }

    public static string Body(string text) => new JsonObject { ["encrypt"] = Encrypt(Key, text) }.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <param name="signature">Null: the right one; empty: none.</param>
    public static HttpRequestMessage Request(string body, DateTimeOffset? at = null, string? signature = null)
    {
        var time = (at ?? TimeProvider.System.GetUtcNow()).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var bytes = Encoding.UTF8.GetBytes(body);
        var request = new HttpRequestMessage(HttpMethod.Post, FeishuEndpoint.Path) { Content = new ByteArrayContent(bytes) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/json") } } };
        if (signature == "")
            return request;
        request.Headers.Add(FeishuSignature.TimeHeader, time);
        request.Headers.Add(FeishuSignature.NonceHeader, "n1");
        request.Headers.Add(FeishuSignature.Header, signature ?? FeishuSignature.Sign(Key, time, "n1", bytes));
        return request;
    }

    public static string Message(string id, string text, string chatType = "group", string bot = "ou_bot", string senderType = "user") => new JsonObject
    {
        ["schema"] = "2.0",
        ["header"] = new JsonObject { ["event_id"] = id, ["event_type"] = "im.message.receive_v1", ["tenant_key"] = "t1", ["app_id"] = "cli_1" },
        ["event"] = new JsonObject
        {
            ["sender"] = new JsonObject { ["sender_id"] = new JsonObject { ["open_id"] = "ou_ann" }, ["sender_type"] = senderType, ["tenant_key"] = "t1" },
            ["message"] = new JsonObject
            {
                ["message_id"] = "om_1",
                ["root_id"] = "om_root",
                ["chat_id"] = "oc_ops",
                ["chat_type"] = chatType,
                ["message_type"] = "text",
                ["content"] = new JsonObject { ["text"] = text }.ToJsonString(),
                ["mentions"] = new JsonArray(
                    new JsonObject { ["key"] = "@_user_1", ["id"] = new JsonObject { ["open_id"] = bot }, ["name"] = "Fleet" },
                    new JsonObject { ["key"] = "@_user_10", ["id"] = new JsonObject { ["open_id"] = "ou_bob" }, ["name"] = "bob" }),
            },
        },
    }.ToJsonString();

    public static string Press(string id, string? filled = null)
    {
        var action = new JsonObject { ["tag"] = "button", ["value"] = new JsonObject { ["fleet"] = "sealed" } };
        if (filled is not null)
            action["form_value"] = new JsonObject { ["text"] = filled };
        return new JsonObject
        {
            ["schema"] = "2.0",
            ["header"] = new JsonObject { ["event_id"] = id, ["event_type"] = "card.action.trigger", ["tenant_key"] = "t1" },
            ["event"] = new JsonObject
            {
                ["operator"] = new JsonObject { ["open_id"] = "ou_ann", ["tenant_key"] = "t1" },
                ["action"] = action,
                ["context"] = new JsonObject { ["open_message_id"] = "om_9", ["open_chat_id"] = "oc_ops" },
            },
        }.ToJsonString();
    }
}
