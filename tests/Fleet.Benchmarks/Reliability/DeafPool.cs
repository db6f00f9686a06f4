using System.Collections.Concurrent;
using System.Diagnostics;
using Fleet.Contracts;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Workers;
using Fleet.Hosting.Bus;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fleet.Benchmarks.Reliability;

/// <summary>A worker with room for everything, which hears each dispatch and answers none: all of them stay owed.</summary>
internal sealed class DeafPool : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, long> _heard = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly IHost _host;
    private readonly int _slots;
    private readonly Task _beating;

    private DeafPool(IHost host, int slots)
    {
        _host = host;
        _slots = slots;
        _beating = BeatAsync();
    }

    /// <summary>Zone upgrades whose dispatch was heard since the last <see cref="Forget"/>.</summary>
    public int Heard => _heard.Count;

    public static async Task<DeafPool> StartAsync(string uri, string keys, int slots)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Fleet:Bus:Transport"] = "rabbitmq", ["Fleet:Bus:Uri"] = uri, ["Fleet:Bus:KeyFile"] = keys });
        builder.Services.AddFleetBus(builder.Configuration, _ => { }, coordinator: false);
        var host = builder.Build();
        await host.StartAsync();
        var pool = new DeafPool(host, slots);
        var queue = Endpoints.Pool("default");
        await host.Services.GetRequiredService<IBusControl>().ConnectReceiveEndpoint(queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            BusRegistration.ConfigureQueue(queue, e);
            e.Handler<ExecutePhase>(c =>
            {
                pool._heard.TryAdd(c.Message.ZoneUpgradeId, Stopwatch.GetTimestamp());
                return Task.CompletedTask;
            });
        }).Ready;
        return pool;
    }

    public void Forget() => _heard.Clear();

    /// <summary>When the last of them was heard, by a clock that runs.</summary>
    public TimeSpan LastHeard(Stopwatch clock) => clock.Elapsed - Stopwatch.GetElapsedTime(_heard.Values.Max());

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beating;
        await _host.StopAsync();
        _host.Dispose();
        _stop.Dispose();
    }

    private async Task BeatAsync()
    {
        var workers = await _host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"exchange:{Endpoints.Workers}"));
        for (var beat = 1L; !_stop.IsCancellationRequested; beat++)
        {
            await workers.Send(new WorkerHeartbeat
            {
                Contract = ContractNumber.Current,
                WorkerId = "deaf",
                Pool = "default",
                Host = "here",
                Version = "1",
                Beat = beat,
                At = TimeProvider.System.GetUtcNow(),
                MaxZones = _slots,
                FreeSlots = _slots,
                Holds = [],
            });
            await Task.Delay(TimeSpan.FromSeconds(2), _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
