using System.Net;
using System.Text;
using System.Text.Json;
using Fleet.Server.Chat.Sending;

namespace Fleet.Server.Chat.Feishu;

/// <summary>What Feishu's answers mean for who sent.</summary>
internal static class FeishuErrors
{
    /// <summary>Feishu says too much, and seldom how long.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);

    /// <summary>Codes of a token that is not, or no longer, right.</summary>
    private static readonly int[] Token = [99991661, 99991663, 99991664, 99991668];

    /// <returns>The answer, where it is a good one; null: the token is not right, and another may be.</returns>
    /// <exception cref="ChatException">It is not.</exception>
    public static JsonElement? Good(string what, HttpAnswer answer)
    {
        if (answer.Status == HttpStatusCode.TooManyRequests)
            throw new ChatException(ChatFailure.Limited, $"Feishu takes no more of {what} for now", answer.After ?? Usual);
        if ((int)answer.Status >= 500)
            throw new ChatException(ChatFailure.Unreachable, $"Feishu answered {(int)answer.Status} to {what}");
        // What is no JSON is a proxy's page, or half an answer.
        if (JsonPaths.Object(Encoding.UTF8.GetBytes(answer.Body)) is not { } body || body.At("code") is not { ValueKind: JsonValueKind.Number } number || !number.TryGetInt32(out var code))
            throw new ChatException(ChatFailure.Unreachable, $"what answered {(int)answer.Status} to {what} is not Feishu");
        if (code == 0)
            return body;
        if (Token.Contains(code))
            return null;
        var failure = FailureOf(code);
        throw new ChatException(failure, $"Feishu refused {what}: {code} {CutText.Head(body.Text("msg") ?? "", 300)}", failure == ChatFailure.Limited ? answer.After ?? Usual : null);
    }

    private static ChatFailure FailureOf(int code) => code switch
    {
        99991400 or 230020 or 11232 or 11233 => ChatFailure.Limited,
        230011 or 230031 or 230110 => ChatFailure.Gone,
        _ => ChatFailure.Refused,
    };
}
