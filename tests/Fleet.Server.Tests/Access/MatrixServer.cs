using Fleet.Server.Hardening;
using Fleet.Server.Tests.Api;

namespace Fleet.Server.Tests.Access;

/// <summary>A server that is asked for everything by everybody: it puts up with more wrong tokens than others do.</summary>
public sealed class MatrixServer : IAsyncLifetime
{
    public RunningServer Server { get; } = new() { Hardening = new HardeningOptions { FailedSignInsPerMinute = 10_000, RequestsPerSecond = 10_000 } };

    public ValueTask InitializeAsync() => Server.InitializeAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
