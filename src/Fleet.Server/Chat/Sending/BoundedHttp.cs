using System.Globalization;
using System.Net;
using System.Text;

namespace Fleet.Server.Chat.Sending;

/// <summary>What a chat answered.</summary>
/// <param name="Body">At most <see cref="BoundedHttp.MostBody"/> bytes.</param>
/// <param name="After">Its Retry-After; null: it said none.</param>
internal sealed record HttpAnswer(HttpStatusCode Status, string Body, TimeSpan? After)
{
    public bool IsGood => (int)Status is >= 200 and < 300;
}

/// <summary>Requests with an end: in time, and in what is read of the answer. Redirects are followed nowhere, since they would lead away from what was checked.</summary>
internal static class BoundedHttp
{
    public const int MostBody = 1 << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>For a vendor's own host: by the proxy that the machine is set up with.</summary>
    public static HttpClient Client() => Client(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) });

    public static HttpClient Client(SocketsHttpHandler handler)
    {
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
        handler.MaxResponseHeadersLength = 32;
        return new HttpClient(handler) { Timeout = Limit, MaxResponseContentBufferSize = MostBody };
    }

    /// <summary>A body that is cut into what can be read is no answer: more than <see cref="MostBody"/> is a failure.</summary>
    /// <exception cref="ChatException">There was no answer.</exception>
    public static async Task<HttpAnswer> AskAsync(this HttpClient http, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var host = request.RequestUri!.Host;
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            // A charset that nobody knows is no reason to fail.
            var body = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return new HttpAnswer(response.StatusCode, body, After(response));
        }
        catch (HttpRequestException e) when (e.InnerException is ChatException refused)
        {
            throw new ChatException(refused.Failure, refused.Message, inner: e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ChatException(ChatFailure.Unreachable, $"{host} did not answer: {(e is OperationCanceledException ? $"not within {Limit.TotalSeconds:0} s" : e.Message)}", inner: e);
        }
    }

    private static TimeSpan? After(HttpResponseMessage response)
    {
        // In seconds; a date would need their clock to be ours.
        if (!response.Headers.TryGetValues("Retry-After", out var values) || !int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return null;
        return TimeSpan.FromSeconds(Math.Min(seconds, 3600));
    }
}
