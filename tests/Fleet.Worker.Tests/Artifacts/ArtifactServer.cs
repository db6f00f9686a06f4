using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fleet.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Tests.Artifacts;

/// <summary>A web server on the loopback that gives files by digest with range requests, and can break off, refuse, lie and fail.</summary>
public sealed class ArtifactServer : IAsyncDisposable
{
    private readonly Dictionary<string, byte[]> files = [];
    private readonly WebApplication app;
    private int requests;

    private ArtifactServer(WebApplication app) => this.app = app;

    public string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public int Requests => requests;

    public List<string?> Ranges { get; } = [];

    public string Token { get; set; } = "secret";

    /// <summary>Bytes after which a connection is reset; used up by one request.</summary>
    public Queue<int> BreakAfter { get; } = new();

    public int FailWith { get; set; }

    public bool IgnoreRanges { get; set; }

    public Task Gate { get; set; } = Task.CompletedTask;

    /// <param name="certificate">It speaks TLS, with this one.</param>
    public static async Task<ArtifactServer> StartAsync(Issued? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.ConfigureHttpsDefaults(h => h.ServerCertificate = X509Certificate2.CreateFromPemFile(certificate.Certificate, certificate.Key)));
        var app = builder.Build();
        app.Urls.Add($"{(certificate is null ? "http" : "https")}://127.0.0.1:0");
        var server = new ArtifactServer(app);
        app.MapGet("/api/v1/packages/{digest}/content", server.GiveAsync);
        app.MapGet("/api/v1/runbooks/by-digest/{digest}", server.GiveAsync);
        await app.StartAsync();
        return server;
    }

    public string Add(byte[] bytes, string? digest = null)
    {
        digest ??= Convert.ToHexStringLower(SHA256.HashData(bytes));
        files[digest] = bytes;
        return digest;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task GiveAsync(HttpContext context, string digest)
    {
        Interlocked.Increment(ref requests);
        lock (Ranges)
            Ranges.Add(context.Request.Headers.Range.ToString() is { Length: > 0 } range ? range : null);
        await Gate;
        if (context.Request.Headers.Authorization != $"Bearer {Token}")
            context.Response.StatusCode = 401;
        else if (FailWith > 0)
            context.Response.StatusCode = FailWith;
        else if (!files.TryGetValue(digest, out var bytes))
            context.Response.StatusCode = 404;
        else if (BreakAfter.TryDequeue(out var limit))
            await BreakAsync(context, bytes, limit);
        else
            await Results.File(bytes, enableRangeProcessing: !IgnoreRanges).ExecuteAsync(context);
    }

    private static async Task BreakAsync(HttpContext context, byte[] bytes, int limit)
    {
        var from = context.Request.GetTypedHeaders().Range?.Ranges.First().From ?? 0;
        context.Response.StatusCode = from > 0 ? 206 : 200;
        context.Response.ContentLength = bytes.Length - from;
        if (from > 0)
            context.Response.Headers.ContentRange = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
        await context.Response.Body.WriteAsync(bytes.AsMemory((int)from, limit));
        await context.Response.Body.FlushAsync();
        context.Abort();
    }
}
