using Microsoft.Extensions.Configuration;
using OpenTelemetry.Exporter;

namespace Fleet.Hosting.Telemetry;

/// <summary>Where traces go, by the standard variables; those for traces alone go before those for all signals.</summary>
internal static class OtlpTraces
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    public const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

    /// <summary>Something says where, and nothing turned it off.</summary>
    public static bool AreWanted(IConfiguration configuration) =>
        (IsSet(configuration, Endpoint) || IsSet(configuration, TracesEndpoint)) && !string.Equals(configuration["OTEL_SDK_DISABLED"]?.Trim(), "true", StringComparison.OrdinalIgnoreCase);

    public static bool IsSet(IConfiguration configuration, string name) => !string.IsNullOrWhiteSpace(configuration[name]);

    public static OtlpExporterOptions Options(IConfiguration configuration)
    {
        // What is not set here is what the process's environment says, certificates among it.
        var options = new OtlpExporterOptions();
        if (Value(configuration, "PROTOCOL") is { } protocol)
            options.Protocol = protocol.Trim() == "http/protobuf" ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        if (Url(configuration, options.Protocol) is { } url)
            options.Endpoint = url;
        if (Value(configuration, "HEADERS") is { } headers)
            options.Headers = headers;
        if (int.TryParse(Value(configuration, "TIMEOUT"), out var timeout) && timeout > 0)
            options.TimeoutMilliseconds = timeout;
        if (Value(configuration, "COMPRESSION") is { } compression)
            options.Compression = compression.Trim() == "gzip" ? OtlpExportCompression.GZip : OtlpExportCompression.None;
        return options;
    }

    /// <summary>An address for traces alone is taken as it is; over HTTP the one for all signals gets the path of traces.</summary>
    private static Uri? Url(IConfiguration configuration, OtlpExportProtocol protocol)
    {
        if (Uri.TryCreate(configuration[TracesEndpoint], UriKind.Absolute, out var own))
            return own;
        if (!Uri.TryCreate(configuration[Endpoint], UriKind.Absolute, out var all))
            return null;
        return protocol == OtlpExportProtocol.HttpProtobuf ? new Uri($"{all.AbsoluteUri.TrimEnd('/')}/v1/traces") : all;
    }

    private static string? Value(IConfiguration configuration, string name) =>
        IsSet(configuration, $"OTEL_EXPORTER_OTLP_TRACES_{name}") ? configuration[$"OTEL_EXPORTER_OTLP_TRACES_{name}"]
        : IsSet(configuration, $"OTEL_EXPORTER_OTLP_{name}") ? configuration[$"OTEL_EXPORTER_OTLP_{name}"]
        : null;
}
