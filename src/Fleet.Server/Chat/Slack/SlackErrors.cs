using System.Net;
using System.Text;
using System.Text.Json;
using Fleet.Server.Chat.Sending;

namespace Fleet.Server.Chat.Slack;

/// <summary>What Slack's answers mean for who sent.</summary>
internal static class SlackErrors
{
    /// <summary>Where Slack says too much and not how long.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);

    /// <returns>The answer, where it is a good one.</returns>
    /// <exception cref="ChatException">It is not.</exception>
    public static JsonElement Good(string method, HttpAnswer answer)
    {
        if (answer.Status == HttpStatusCode.TooManyRequests)
            throw new ChatException(ChatFailure.Limited, $"Slack takes no more of {method} for now", answer.After ?? Usual);
        if ((int)answer.Status >= 500)
            throw new ChatException(ChatFailure.Unreachable, $"Slack answered {(int)answer.Status} to {method}");
        // What is no JSON is a proxy's page, or half an answer.
        if (JsonPaths.Object(Encoding.UTF8.GetBytes(answer.Body)) is not { } body)
            throw new ChatException(ChatFailure.Unreachable, $"what answered {(int)answer.Status} to {method} is not Slack");
        if (body.At("ok") is { ValueKind: JsonValueKind.True })
            return body;
        var error = body.Text("error") ?? $"{(int)answer.Status}";
        throw new ChatException(FailureOf(error), $"Slack refused {method}: {error}{Hint(error, body)}", error is "ratelimited" or "rate_limited" ? answer.After ?? Usual : null);
    }

    private static ChatFailure FailureOf(string error) => error switch
    {
        "ratelimited" or "rate_limited" or "message_limit_exceeded" => ChatFailure.Limited,
        "message_not_found" or "edit_window_closed" or "thread_not_found" => ChatFailure.Gone,
        "internal_error" or "fatal_error" or "service_unavailable" or "request_timeout" or "team_added_to_org" => ChatFailure.Unreachable,
        _ => ChatFailure.Refused,
    };

    private static string Hint(string error, JsonElement body) => error switch
    {
        "not_in_channel" or "channel_not_found" => " (invite the app to the channel)",
        "missing_scope" => $" (it needs {body.Text("needed") ?? "another scope"})",
        "invalid_auth" or "token_revoked" or "token_expired" or "account_inactive" => " (the token is not, or no longer, right)",
        _ => "",
    };
}
