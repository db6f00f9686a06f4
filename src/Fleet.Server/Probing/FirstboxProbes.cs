using Fleet.Contracts;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Probes;
using Fleet.Contracts.Workers;
using Fleet.Orchestration.Workers;
using Fleet.Orchestration.Zones;
using MassTransit;

namespace Fleet.Server.Probing;

/// <summary>Asks the workers of a zone's pool to look at its firstbox. What cannot be asked is an answer too.</summary>
internal sealed class FirstboxProbes(IBus bus, IWorkers workers)
{
    private const int SideBySide = 16;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <returns>In the order of the zones.</returns>
    public async Task<IReadOnlyList<FirstboxProbed>> ProbeAsync(IReadOnlyList<InventoryZone> zones, ProbeDepth depth, CancellationToken cancellationToken)
    {
        var alive = (await workers.ListAsync(cancellationToken)).Where(w => w.Alive).Select(w => w.Pool).ToHashSet(StringComparer.Ordinal);
        var probed = new FirstboxProbed[zones.Count];
        await Parallel.ForAsync(
            0,
            zones.Count,
            new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellationToken },
            async (i, token) => probed[i] = alive.Contains(zones[i].Pool) ? await AskAsync(zones[i], depth, token) : Unasked(zones[i], Finding.Of("probe-no-worker", ("pool", zones[i].Pool))));
        return probed;
    }

    private async Task<FirstboxProbed> AskAsync(InventoryZone zone, ProbeDepth depth, CancellationToken cancellationToken)
    {
        try
        {
            var client = bus.CreateRequestClient<ProbeFirstbox>(new Uri($"exchange:{Endpoints.Pool(zone.Pool)}"), RequestTimeout.After(s: (int)Limit.TotalSeconds));
            var request = new ProbeFirstbox { Contract = ContractNumber.Current, Zone = zone.Name, Depth = depth, Connection = zone.Connection };
            return (await client.GetResponse<FirstboxProbed>(request, cancellationToken)).Message;
        }
        catch (RequestTimeoutException)
        {
            return Unasked(zone, Finding.Of("probe-no-answer", ("pool", zone.Pool), ("seconds", $"{Limit.TotalSeconds:0}")));
        }
        catch (RequestFaultException e)
        {
            return Unasked(zone, Finding.Of("probe-failed", ("detail", e.Fault?.Exceptions.FirstOrDefault()?.Message ?? e.Message)));
        }
    }

    private static FirstboxProbed Unasked(InventoryZone zone, Finding why) =>
        new() { Zone = zone.Name, WorkerId = "", Stages = [new ProbeStage("worker", why)], HostKeys = [] };
}
