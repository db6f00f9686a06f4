using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.Testing.Otlp;

namespace Fleet.EndToEnd.Tests.Wire;

/// <summary>A collector behind TLS, by the standard variables.</summary>
public sealed class OtlpWireTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private readonly TemporaryFolder folder = new();
    private readonly Authority authority;

    public OtlpWireTests() => authority = new Authority(Path.Combine(folder.Path, "ca"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_collector_with_the_right_certificate_gets_telemetry(bool grpc)
    {
        await using var collector = await OtlpReceiver.StartAsync(Cancellation, certificate: authority.Issue(null, "127.0.0.1"));
        await using var server = await FleetServer.StartAsync(Path.Combine(folder.Path, "data"), Cancellation, environment: OtlpReceiver.Settings(grpc ? collector.GrpcPort : collector.HttpPort, grpc, authority.File));
        await Eventually.BeTrueAsync(() => collector.Logs.Count > 0, Limit, Cancellation, () => server.Output);
    }

    [Theory]
    [InlineData(true, "authority")]
    [InlineData(true, "name")]
    [InlineData(false, "authority")]
    [InlineData(false, "name")]
    public async Task A_collector_with_a_wrong_certificate_gets_nothing_which_is_told_and_holds_up_nothing(bool grpc, string wrong)
    {
        using var stranger = new Authority(Path.Combine(folder.Path, "stranger"), "Somebody else");
        await using var collector = await OtlpReceiver.StartAsync(Cancellation, certificate: wrong == "name" ? authority.Issue(null, "other.example.org") : stranger.Issue(null, "127.0.0.1"));
        await using var server = await FleetServer.StartAsync(Path.Combine(folder.Path, "data"), Cancellation, environment: OtlpReceiver.Settings(grpc ? collector.GrpcPort : collector.HttpPort, grpc, authority.File));
        await Eventually.BeTrueAsync(() => server.Output.Contains("Telemetry does not arrive", StringComparison.Ordinal), Limit, Cancellation, () => server.Output);

        (await FleetProgram.RunAsync(server, ["zones", "list"], Cancellation)).ExitCode.ShouldBe(0);
        (collector.Logs.Count + collector.Spans.Count + collector.Others.Count).ShouldBe(0);
    }

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }
}
