using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Runbooks.Texts;
using Fleet.Server.Api;

namespace Fleet.Cli.Client;

/// <summary>Speaks HTTP with a server. What goes wrong becomes a failure with its exit code.</summary>
internal sealed class FleetApi : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);
    private readonly ServerAddress server;
    private readonly HttpClient http;

    public FleetApi(ServerAddress server)
    {
        this.server = server;
        http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), UseCookies = false, UseProxy = !ListenLocally(server.Url), SslOptions = server.Trust.ClientOptions() })
        {
            BaseAddress = new Uri(server.Url.ToString().TrimEnd('/') + "/api/v1/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (server.Token is { } token)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        http.DefaultRequestHeaders.TryAddWithoutValidation("Fleet-User", Environment.UserName);
        http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(Language.Current.Tag);
    }

    public Task<Answer<T>> GetAsync<T>(string path, CancellationToken cancellationToken) => AskAsync<T>(new HttpRequestMessage(HttpMethod.Get, path), Patience, cancellationToken);

    /// <summary>Without a time limit: the server reads much before it answers.</summary>
    public Task<Answer<T>> GetLongAsync<T>(string path, CancellationToken cancellationToken) => AskAsync<T>(new HttpRequestMessage(HttpMethod.Get, path), Timeout.InfiniteTimeSpan, cancellationToken);

    public Task<Answer<T>> PostAsync<T>(string path, object body, CancellationToken cancellationToken) =>
        AskAsync<T>(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, body.GetType(), options: ApiJson.Options) }, Patience, cancellationToken);

    public Task<Answer<T>> PutAsync<T>(string path, object body, CancellationToken cancellationToken) =>
        AskAsync<T>(new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body, body.GetType(), options: ApiJson.Options) }, Patience, cancellationToken);

    /// <summary>Without a time limit: the body may be large.</summary>
    public Task<Answer<T>> PostContentAsync<T>(string path, HttpContent content, CancellationToken cancellationToken) =>
        AskAsync<T>(new HttpRequestMessage(HttpMethod.Post, path) { Content = content }, Timeout.InfiniteTimeSpan, cancellationToken);

    public Task<Answer<T>> DeleteAsync<T>(string path, CancellationToken cancellationToken) => AskAsync<T>(new HttpRequestMessage(HttpMethod.Delete, path), Patience, cancellationToken);

    /// <summary>The response as it comes; the caller disposes it.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), Timeout.InfiniteTimeSpan, cancellationToken);

    public static string Segment(string text) => Uri.EscapeDataString(text);

    public void Dispose() => http.Dispose();

    private async Task<Answer<T>> AskAsync<T>(HttpRequestMessage request, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(request, patience, cancellationToken);
        try
        {
            var json = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            return new Answer<T>(json.Deserialize<T>(ApiJson.Options)!, json);
        }
        catch (JsonException e)
        {
            throw new CliFailure(ExitCodes.Server, Say.Of($"{server.Url} does not answer as a Fleet server of this version does: {e.Message}"));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
                throw await RefusalAsync(response, cancellationToken);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError && server.Trust.Refusal is { } why)
        {
            throw new CliFailure(ExitCodes.Server, Say.Of($"{server.Url} is not believed to be the server, and was told nothing: {why}. An authority of your own: --ca FILE or FLEET_CA. The name that its certificate is for: --server URL or FLEET_SERVER."));
        }
        catch (HttpRequestException e)
        {
            throw new CliFailure(ExitCodes.Server, Say.Of($"The server at {server.Url} cannot be reached: {Reason(e)}. Is it running (fleet serve)? Another address: --server URL or FLEET_SERVER."));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliFailure(ExitCodes.Server, Say.Of($"The server at {server.Url} did not answer within {patience.TotalSeconds:0} seconds."));
        }
    }

    private async Task<CliFailure> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var code = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or >= HttpStatusCode.InternalServerError => ExitCodes.Server,
            HttpStatusCode.Conflict => ExitCodes.No,
            _ => ExitCodes.Usage,
        };
        var errors = Array.Empty<ApiError>();
        var message = Say.Of($"{server.Url} answered {(int)response.StatusCode} to {response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.AbsolutePath}.");
        try
        {
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            if (problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty("errors", out var list))
                errors = list.Deserialize<ApiError[]>(ApiJson.Options) ?? [];
            else if (problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty("title", out var title))
                message = $"{message} {title.GetString()}";
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            // No Fleet server's answer: the status says what is known.
        }

        if (response.StatusCode == HttpStatusCode.Unauthorized && server.Token is null)
            return new CliFailure(ExitCodes.Server, Say.Of($"{server.Url} asks for a token and none was found. Give --token, FLEET_TOKEN, or run where ./fleet-data/token is; fleet serve says where it wrote it."));
        return new CliFailure(code, message, errors, (int)response.StatusCode);
    }

    private static string Reason(Exception e) => e.InnerException is { } inner ? inner.Message : e.Message;

    private static bool ListenLocally(Uri url) => Fleet.Server.Access.ListenAddress.IsLoopback(url);
}
