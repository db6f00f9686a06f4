using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Fleet.Contracts.Decisions;
using Fleet.Signatures;
using Fleet.Worker.Artifacts;
using Microsoft.Extensions.Options;

namespace Fleet.Worker.Signatures;

/// <summary>Asked for anew each time: a signature may be added later.</summary>
internal sealed class HttpRunbookSignatures(IHttpClientFactory clients, IOptions<ServerAccessOptions> server, TimeProvider time) : IRunbookSignatures
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task<string?> FindAsync(string digest, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(HttpArtifactSource.Client);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/v1/runbooks/by-digest/{digest}/signature");
        if (HttpArtifactSource.Token(server.Value) is { Length: > 0 } bearer)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        using var limit = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            if (response.StatusCode == HttpStatusCode.NotFound)
                return null;
            if (!response.IsSuccessStatusCode)
                throw new ArtifactException(Finding.Of("artifact-refused", ("url", $"{request.RequestUri}"), ("status", $"{(int)response.StatusCode}")));
            return await ReadAsync(response, stop.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ArtifactException(Finding.Of("artifact-server-unreachable", ("url", $"{request.RequestUri}"), ("why", e.Message)), transient: true, e);
        }
    }

    /// <summary>No more than a signature has, whatever comes.</summary>
    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[SshSignature.MaxLength + 1];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }
}
