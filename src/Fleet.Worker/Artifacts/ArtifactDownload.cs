using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Fleet.Contracts.Decisions;
using Fleet.Encryption;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Artifacts;

/// <summary>Fetches one artifact into the cache: goes on where an earlier try ended, and takes it only with the right digest.</summary>
internal sealed class ArtifactDownload(Func<HttpClient> clients, ArtifactCache cache, ArtifactOptions options, Func<string?> token, Trust trust, TimeProvider time)
{
    /// <param name="path">Of the server, like <c>api/v1/packages/…/content</c>.</param>
    public async Task FetchAsync(string digest, string path, CancellationToken cancellationToken)
    {
        for (var fruitless = 0; ;)
        {
            var before = Length(cache.PartOf(digest));
            try
            {
                await TryAsync(digest, path, cancellationToken);
                return;
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError && trust.Refusal is { } why)
            {
                throw new ArtifactException(Finding.Of("artifact-server-untrusted", ("url", Url(path)), ("why", why)), transient: true, e);
            }
            catch (Exception e) when (IsTransient(e) && !cancellationToken.IsCancellationRequested)
            {
                fruitless = Length(cache.PartOf(digest)) > before ? 1 : fruitless + 1;
                if (fruitless >= options.Tries)
                    throw new ArtifactException(Finding.Of("artifact-server-unreachable", ("url", Url(path)), ("why", Told(e))), transient: true, e);
                await Task.Delay(Backoff.Delay(fruitless, options.RetryDelay, TimeSpan.FromSeconds(30), Random.Shared.NextDouble()), time, cancellationToken);
            }
        }
    }

    private async Task TryAsync(string digest, string path, CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(options.StallTimeout);
        await using var part = OpenPart(digest);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await HashAsync(part, hash, cancellationToken);

        var client = clients();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token() is { Length: > 0 } bearer)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (part.Length > 0)
            request.Headers.Range = new RangeHeaderValue(part.Length, to: null);
        stall.CancelAfter(options.StallTimeout);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token);
        if (!Continues(response, part, digest, path))
        {
            part.SetLength(0);
            hash.GetHashAndReset();
        }

        if (response.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            cache.Promise(digest, part.Length + (response.Content.Headers.ContentLength ?? 0));
            await CopyAsync(response, part, hash, stall, cancellationToken);
        }

        Finish(digest, path, part, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private async Task CopyAsync(HttpResponseMessage response, FileStream part, IncrementalHash hash, CancellationTokenSource stall, CancellationToken cancellationToken)
    {
        try
        {
            var buffer = new byte[128 * 1024];
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (true)
            {
                stall.CancelAfter(options.StallTimeout);
                var read = await body.ReadAsync(buffer, stall.Token);
                if (read == 0)
                    break;
                hash.AppendData(buffer, 0, read);
                await WriteAsync(part, buffer.AsMemory(0, read), cancellationToken);
            }

            await part.FlushAsync(cancellationToken);
        }
        catch
        {
            await part.FlushAsync(CancellationToken.None);
            throw;
        }
    }

    private void Finish(string digest, string path, FileStream part, string got)
    {
        part.Dispose();
        if (got == digest)
        {
            cache.Keep(digest);
            return;
        }

        File.Delete(cache.PartOf(digest));
        throw new ArtifactException(Finding.Of("artifact-digest-wrong", ("url", Url(path)), ("wanted", digest), ("got", got)));
    }

    /// <summary>False: what comes is the whole again.</summary>
    private bool Continues(HttpResponseMessage response, FileStream part, string digest, string path)
    {
        if (response.StatusCode == HttpStatusCode.PartialContent)
            return response.Content.Headers.ContentRange?.From == part.Length ? true : throw new HttpRequestException("The server sent another range than was asked for.");
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            return true;
        if (response.IsSuccessStatusCode)
            return false;
        throw response.StatusCode switch
        {
            HttpStatusCode.NotFound => new ArtifactException(Finding.Of("artifact-unknown", ("url", Url(path)), ("digest", digest))),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new ArtifactException(Finding.Of("artifact-refused", ("url", Url(path)), ("status", $"{(int)response.StatusCode}"))),
            var status => new HttpRequestException($"The server answered {(int)status}.", inner: null, status),
        };
    }

    /// <summary>Nobody else writes it at the same time, in another process either.</summary>
    private FileStream OpenPart(string digest)
    {
        try
        {
            return new FileStream(cache.PartOf(digest), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 256 * 1024, FileOptions.Asynchronous);
        }
        catch (UnauthorizedAccessException e)
        {
            throw Unwritable(cache.PartOf(digest), e);
        }
    }

    private static async Task HashAsync(FileStream part, IncrementalHash hash, CancellationToken cancellationToken)
    {
        var buffer = new byte[128 * 1024];
        while (await part.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            hash.AppendData(buffer, 0, read);
    }

    private static async Task WriteAsync(FileStream part, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await part.WriteAsync(bytes, cancellationToken);
        }
        catch (IOException e)
        {
            throw Unwritable(part.Name, e);
        }
    }

    private static ArtifactException Unwritable(string path, Exception e) => new(Finding.Of("artifact-unwritable", ("path", path), ("why", e.Message)), transient: false, e);

    private static bool IsTransient(Exception e) => e is HttpRequestException or IOException or OperationCanceledException;

    private string Told(Exception e) => e is OperationCanceledException ? $"nothing came for {options.StallTimeout.TotalSeconds:0} s" : e.Message;

    private string Url(string path) => new Uri(clients().BaseAddress!, path).ToString();

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
