using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Fleet.Testing.Otlp;

/// <summary>What a collector is to those who send to it: OTLP over gRPC (HTTP/2 in clear) and over HTTP with protobuf. It keeps all that it took, in order, doubles too.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<OtlpSpan> spans = new();
    private readonly ConcurrentQueue<OtlpLog> logs = new();
    private readonly ConcurrentQueue<(string Path, byte[] Message)> others = new();

    private OtlpReceiver(WebApplication app, int grpcPort, int httpPort) => (this.app, GrpcPort, HttpPort) = (app, grpcPort, httpPort);

    public int GrpcPort { get; }

    public int HttpPort { get; }

    public IReadOnlyList<OtlpSpan> Spans => [.. spans];

    public IReadOnlyList<OtlpLog> Logs => [.. logs];

    /// <summary>Metrics, as they came: the path and an export request.</summary>
    public IReadOnlyList<(string Path, byte[] Message)> Others => [.. others];

    /// <summary>How a process sends here.</summary>
    /// <param name="ca">The authority to trust, where it is spoken with over TLS.</param>
    public static Dictionary<string, string?> Settings(int port, bool grpc, string? ca = null) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"{(ca is null ? "http" : "https")}://127.0.0.1:{port}",
        ["OTEL_EXPORTER_OTLP_CERTIFICATE"] = ca,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = grpc ? "grpc" : "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "500",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "500",
    };

    /// <param name="grpcPort">0: any that is free.</param>
    /// <param name="certificate">Both ways are over TLS, with this one.</param>
    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken, int grpcPort = 0, int httpPort = 0, Issued? certificate = null)
    {
        (grpcPort, httpPort) = (grpcPort == 0 ? Loopback.FreePort() : grpcPort, httpPort == 0 ? Loopback.FreePort() : httpPort);
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            void Listen(int port, HttpProtocols protocols) => kestrel.ListenLocalhost(port, listen =>
            {
                listen.Protocols = protocols;
                if (certificate is not null)
                    listen.UseHttps(X509Certificate2.CreateFromPemFile(certificate.Certificate, certificate.Key));
            });
            Listen(grpcPort, HttpProtocols.Http2);
            Listen(httpPort, HttpProtocols.Http1);
        });
        var receiver = new OtlpReceiver(builder.Build(), grpcPort, httpPort);
        receiver.app.Run(receiver.TakeAsync);
        await receiver.app.StartAsync(cancellationToken);
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var path = context.Request.Path.Value ?? "";
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            Keep(path, body.ToArray());
            context.Response.ContentType = "application/x-protobuf";
            return;
        }

        // A byte whether it is compressed, four with its length, the message.
        var framed = body.ToArray();
        if (framed.Length < 5 || framed[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(framed.AsSpan(1)) != framed.Length - 5)
            throw new InvalidDataException($"A gRPC message of {framed.Length} bytes is not framed as one.");
        Keep(path, framed[5..]);
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private void Keep(string path, byte[] message)
    {
        if (path is "/v1/traces" or "/opentelemetry.proto.collector.trace.v1.TraceService/Export")
        {
            foreach (var span in OtlpSpan.Read(message))
                spans.Enqueue(span);
        }
        else if (path is "/v1/logs" or "/opentelemetry.proto.collector.logs.v1.LogsService/Export")
        {
            foreach (var log in OtlpLog.Read(message))
                logs.Enqueue(log);
        }
        else
        {
            others.Enqueue((path, message));
        }
    }
}
