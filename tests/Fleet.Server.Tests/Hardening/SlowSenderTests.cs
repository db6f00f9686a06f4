using System.Net.Sockets;
using System.Text;
using Fleet.Server.Tests.Api;

namespace Fleet.Server.Tests.Hardening;

public sealed class SlowSenderTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData("POST /api/v1/zones/import HTTP/1.1\r\nHost: localhost\r\nContent-Le")]
    [InlineData("POST /api/v1/zones/import HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\nx")]
    public async Task Who_sends_half_a_request_and_waits_is_cut_off(string half)
    {
        var token = server.Operator.DefaultRequestHeaders.Authorization!.Parameter;
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", server.Nobody.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(half.Replace("{token}", token, StringComparison.Ordinal)), TestContext.Current.CancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        var buffer = new byte[4096];
        while (await ReadAsync(stream, buffer, limit.Token) > 0)
        {
        }
    }

    private static async Task<int> ReadAsync(NetworkStream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
