using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Fleet.Server.Access;
using Fleet.Server.Hardening;
using Fleet.Server.Tests.Api;
using Microsoft.Extensions.Configuration;

namespace Fleet.Server.Tests.Hardening;

/// <summary>Where a request comes from, with proxies in front: every address of 127.0.0.0/8 is this machine's, so that each hop has its own.</summary>
public sealed class ProxyTests : IAsyncLifetime
{
    private const string Near = "127.0.0.2";
    private const string Far = "127.0.0.3";
    private const string Stranger = "127.0.0.5";

    private readonly RunningServer server = new()
    {
        Hardening = new HardeningOptions { TrustedProxies = [IPNetwork.Parse($"{Near}/32"), IPNetwork.Parse($"{Far}/32")], FailedSignInsPerMinute = 2 },
    };

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData(Stranger, "203.0.113.7", Stranger)]
    [InlineData(Near, "203.0.113.7", "203.0.113.7")]
    [InlineData(Near, $"198.51.100.1, 203.0.113.7, {Far}", "203.0.113.7")]
    [InlineData(Near, $"203.0.113.7, {Stranger}", Stranger)]
    [InlineData(Near, $"{Far}, 203.0.113.7", "203.0.113.7")]
    [InlineData(Near, "203.0.113.7, nowhere", Near)]
    [InlineData(Near, "2001:db8::7", "2001:db8::7")]
    [InlineData(Near, null, Near)]
    public async Task What_is_said_to_be_before_a_hop_is_believed_only_where_the_hop_is_a_trusted_proxy(string peer, string? forwarded, string from)
    {
        using var client = From(peer);
        using var response = await SendAsync(client, TokenFile.Read(Path.Combine(server.Data, TokenFile.Operator)), forwarded);
        (await RunningServer.JsonAsync(response)).GetProperty("source").GetString().ShouldBe($"api {from}");
    }

    [Fact]
    public async Task The_audit_has_the_client_and_not_the_proxy()
    {
        using var client = From(Near);
        using var request = Request(HttpMethod.Delete, "/api/v1/sessions/ann", TokenFile.Read(Path.Combine(server.Data, TokenFile.Operator)), $"203.0.113.7, {Far}");
        (await client.SendAsync(request)).Dispose();
        (await server.GetAsync("audit")).EnumerateArray().Single(e => e.GetProperty("code").GetString() == "sessions-ended").GetProperty("source").GetString().ShouldBe("api 203.0.113.7");
    }

    [Fact]
    public async Task Who_guesses_behind_a_proxy_is_slowed_down_alone_whatever_they_say_of_themselves()
    {
        using var client = From(Near);
        (await GuessAsync(client, "203.0.113.7")).ShouldBe(HttpStatusCode.Unauthorized);
        (await GuessAsync(client, "198.51.100.1, 203.0.113.7")).ShouldBe(HttpStatusCode.Unauthorized);
        (await GuessAsync(client, "198.51.100.2, 203.0.113.7")).ShouldBe(HttpStatusCode.TooManyRequests);
        (await GuessAsync(client, "203.0.113.8")).ShouldBe(HttpStatusCode.Unauthorized, "another client of the same proxy");
    }

    [Theory]
    [InlineData("10.0.0.7, 10.244.0.0/16, 2001:db8::/32, ::ffff:10.0.0.8", 4, 0)]
    [InlineData("10.0.0.7/8", 0, 1)]
    [InlineData("0.0.0.0/0, ::/0", 0, 2)]
    [InlineData("proxy.example, 10.0.0.7", 1, 1)]
    [InlineData("", 0, 0)]
    public void A_list_of_proxies_has_addresses_and_networks_and_never_everybody(string text, int proxies, int wrong)
    {
        var problems = new List<string>();
        var read = HardeningOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Fleet:Access:TrustedProxies"] = text }).Build(), problems);
        read.TrustedProxies.Count.ShouldBe(proxies);
        problems.Count.ShouldBe(wrong);
        problems.ShouldAllBe(p => p.StartsWith("Fleet:Access:TrustedProxies has ", StringComparison.Ordinal));
    }

    private static async Task<HttpStatusCode> GuessAsync(HttpClient client, string forwarded)
    {
        using var response = await SendAsync(client, "wrong", forwarded);
        return response.StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string? token, string? forwarded)
    {
        using var request = Request(HttpMethod.Get, "/api/v1/whoami", token, forwarded);
        return await client.SendAsync(request);
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string? token, string? forwarded)
    {
        var request = new HttpRequestMessage(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        if (forwarded is not null)
            request.Headers.Add("X-Forwarded-For", forwarded);
        return request;
    }

    /// <summary>A client that the server sees come from this address.</summary>
    private HttpClient From(string address) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    { BaseAddress = server.Nobody.BaseAddress };
}
