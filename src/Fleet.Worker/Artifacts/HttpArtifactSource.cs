using System.Text;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Microsoft.Extensions.Options;

namespace Fleet.Worker.Artifacts;

/// <summary>Out of the server over HTTP, through the cache. Any number that ask for one digest at once wait for one download.</summary>
internal sealed class HttpArtifactSource : IArtifactSource
{
    /// <summary>The name of the <see cref="HttpClient"/>.</summary>
    public const string Client = "fleet-server";
    private readonly Dictionary<string, Flight> flights = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly ArtifactCache cache;
    private readonly ArtifactDownload download;

    public HttpArtifactSource(IHttpClientFactory clients, IOptions<ArtifactOptions> options, IOptions<ServerAccessOptions> server, TimeProvider time)
    {
        cache = new ArtifactCache(options.Value.Folder, options.Value.MaxBytes, time);
        download = new ArtifactDownload(() => clients.CreateClient(Client), cache, options.Value, () => Token(server.Value), server.Value.Trust, time);
    }

    public async Task<string> GetRunbookAsync(string digest, CancellationToken cancellationToken)
    {
        await using var stream = await OpenAsync(digest, $"api/v1/runbooks/by-digest/{digest}", cancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    public Task<Stream> OpenPackageAsync(PackageRef package, CancellationToken cancellationToken) =>
        OpenAsync(package.Digest, $"api/v1/packages/{package.Digest}/content", cancellationToken);

    private async Task<Stream> OpenAsync(string digest, string path, CancellationToken cancellationToken)
    {
        if (digest.Length != 64 || !digest.All(char.IsAsciiHexDigitLower))
            throw new ArtifactException(Finding.Of("artifact-bad-digest", ("digest", digest)));
        while (true)
        {
            if (cache.TryOpen(digest) is { } stream)
                return stream;
            await FetchOnceAsync(digest, path, cancellationToken);
        }
    }

    private async Task FetchOnceAsync(string digest, string path, CancellationToken cancellationToken)
    {
        Flight? flight;
        lock (gate)
        {
            if (!flights.TryGetValue(digest, out flight))
            {
                var stop = new CancellationTokenSource();
                flights[digest] = flight = new Flight(stop, Task.Run(() => FetchAsync(digest, path, stop.Token), CancellationToken.None));
            }

            flight.Waiting++;
        }

        try
        {
            await flight.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (gate)
            {
                if (--flight.Waiting == 0)
                    Leave(digest, flight);
            }
        }
    }

    private async Task FetchAsync(string digest, string path, CancellationToken cancellationToken)
    {
        try
        {
            await download.FetchAsync(digest, path, cancellationToken);
        }
        finally
        {
            cache.Forget(digest);
        }
    }

    /// <summary>Nobody waits any more: who comes later begins anew, where this one was.</summary>
    private void Leave(string digest, Flight flight)
    {
        if (flights.GetValueOrDefault(digest) == flight)
            flights.Remove(digest);
        flight.Stop.Cancel();
        _ = flight.Task.ContinueWith(t => { _ = t.Exception; flight.Stop.Dispose(); }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    internal static string? Token(ServerAccessOptions server) => server.TokenFile is { } file ? ReadToken(file) : server.Token;

    private static string ReadToken(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException(Finding.Of("artifact-token-unreadable", ("file", file), ("why", e.Message)), transient: false, e);
        }
    }

    private sealed class Flight(CancellationTokenSource stop, Task task)
    {
        public CancellationTokenSource Stop { get; } = stop;

        public Task Task { get; } = task;

        public int Waiting { get; set; }
    }
}
