using System.Text;
using System.Text.Json.Nodes;
using Fleet.Server.Chat.Sending;

namespace Fleet.Server.Chat.Feishu;

/// <summary>The app's token: got with its secret, and anew before it ends.</summary>
internal sealed class FeishuToken(FeishuOptions options, HttpClient http, TimeProvider clock) : IDisposable
{
    private const string Path = "open-apis/auth/v3/tenant_access_token/internal";

    /// <summary>Feishu gives a new one in the last half hour only.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim gate = new(1);
    private (string Token, DateTimeOffset Until)? known;

    /// <exception cref="ChatException">There is none to be had.</exception>
    public async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (known is { } one && clock.GetUtcNow() < one.Until)
                return one.Token;
            var secret = new JsonObject { ["app_id"] = options.AppId, ["app_secret"] = options.AppSecret }.ToJsonString();
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Host.Api, Path)) { Content = new StringContent(secret, Encoding.UTF8, "application/json") };
            var answer = FeishuErrors.Good("the app's secret", await http.AskAsync(request, cancellationToken));
            if (answer?.Text("tenant_access_token") is not { } token || !SecretFile.IsWord(token))
                throw new ChatException(ChatFailure.Refused, "Feishu gave no token for the app's secret");
            var seconds = answer.Value.At("expire") is { } expire && expire.TryGetInt32(out var number) ? number : 0;
            known = (token, clock.GetUtcNow() + TimeSpan.FromSeconds(seconds) - Before);
            return token;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Feishu does not take it any more.</summary>
    public async Task ForgetAsync(string token, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        known = known?.Token == token ? null : known;
        gate.Release();
    }

    public void Dispose() => gate.Dispose();
}
