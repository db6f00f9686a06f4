using System.Net;
using System.Net.Sockets;

namespace Fleet.Server.Chat.Sending;

/// <summary>
/// For URLs that people set. A name is resolved here, what it means is checked, and what was checked is connected to: a name that means something else a moment later leads nowhere else.
/// No proxy, since that would resolve the name again.
/// </summary>
internal sealed class GuardedHttp : IDisposable
{
    private readonly IReadOnlyList<IPNetwork> allowed;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve;
    private readonly HttpClient http;

    /// <param name="allowed">Networks of the house that may be reached.</param>
    public GuardedHttp(IReadOnlyList<IPNetwork> allowed)
        : this(allowed, Dns.GetHostAddressesAsync)
    {
    }

    internal GuardedHttp(IReadOnlyList<IPNetwork> allowed, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        this.allowed = allowed;
        this.resolve = resolve;
        http = BoundedHttp.Client(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(10), ConnectCallback = ConnectAsync });
    }

    /// <returns>What is wrong with the URL as it is written; null: nothing.</returns>
    public static string? Problem(string? text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
            return "it takes an https URL";
        if (url.UserInfo.Length > 0)
            return "it takes a URL without a name and password in it";
        return url.Scheme == "https" || url.IsLoopback ? null : "beyond this machine it takes an https URL";
    }

    /// <exception cref="ChatException">There was no answer, or the URL leads where it must not: nothing was sent then.</exception>
    public Task<HttpAnswer> AskAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Problem(request.RequestUri?.OriginalString) is { } problem
        ? throw new ChatException(ChatFailure.Refused, $"{request.RequestUri?.Host}: {problem}")
        : http.AskAsync(request, cancellationToken);

    public void Dispose() => http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        IPAddress[] addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancellationToken);
        // All of them: one that leads inside among others is somebody's try.
        if (addresses.FirstOrDefault(a => !GuardedAddress.IsAllowed(a, allowed)) is { } inner)
            throw new ChatException(ChatFailure.Refused, $"{host} is {inner}, an address that only the setting Fleet:Chat:PrivateTargets can allow");
        if (context.InitialRequestMessage.RequestUri is { Scheme: "http" } && !addresses.All(IPAddress.IsLoopback))
            throw new ChatException(ChatFailure.Refused, $"{host} is not this machine, and http is for this machine only");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
