using Fleet.Hosting.Telemetry;
using Microsoft.Extensions.Configuration;

namespace Fleet.Orchestration.Tests.Traces;

/// <summary>Spans from records go where the standard variables say that traces go.</summary>
public sealed class OtlpTracesTests
{
    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317", "http://c:4317/", "Grpc")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318 OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "http://c:4318/v1/traces", "HttpProtobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318/otlp/ OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "http://c:4318/otlp/v1/traces", "HttpProtobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://t:9/in OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf", "http://t:9/in", "HttpProtobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://t:4317", "http://t:4317/", "Grpc")]
    public void The_address_for_traces_goes_before_the_one_for_all_and_is_taken_as_it_is(string variables, string address, string protocol)
    {
        var options = OtlpTraces.Options(Of(variables));
        (options.Endpoint.AbsoluteUri, $"{options.Protocol}").ShouldBe((address, protocol));
        OtlpTraces.AreWanted(Of(variables)).ShouldBeTrue();
    }

    [Fact]
    public void Headers_time_limit_and_compression_are_those_for_traces_where_there_are_any()
    {
        var options = OtlpTraces.Options(Of("OTEL_EXPORTER_OTLP_HEADERS=a=1 OTEL_EXPORTER_OTLP_TRACES_HEADERS=b=2 OTEL_EXPORTER_OTLP_TIMEOUT=3000 OTEL_EXPORTER_OTLP_TRACES_COMPRESSION=gzip"));
        (options.Headers, options.TimeoutMilliseconds, $"{options.Compression}").ShouldBe(("b=2", 3000, "GZip"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://m:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_SDK_DISABLED=true")]
    public void Without_an_address_or_turned_off_none_are_wanted(string variables) => OtlpTraces.AreWanted(Of(variables)).ShouldBeFalse();

    private static IConfiguration Of(string variables) => new ConfigurationBuilder()
        .AddInMemoryCollection(variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=', 2)).Select(v => new KeyValuePair<string, string?>(v[0], v[1]))).Build();
}
