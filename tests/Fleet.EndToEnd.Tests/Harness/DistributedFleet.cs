using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Harness;

/// <summary>A lab of zones, RabbitMQ, PostgreSQL, coordinators that also serve the API, and workers; each a process of its own.</summary>
internal sealed class DistributedFleet : IAsyncDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("fleet-distributed-").FullName;
    private readonly List<FleetServer> coordinators = [];
    private readonly List<FleetServer> workers = [];
    private readonly Dictionary<string, FaultProxy> links = [];
    private RabbitMqNode? broker;
    private PostgresCluster? database;
    private Operator? person;
    private Lab? lab;
    private string package = "";

    private DistributedFleet(DistributedOptions options) => Options = options;

    public DistributedOptions Options { get; }

    public Lab Lab => lab!;

    /// <summary>Speaks with the last coordinator; the first one leads.</summary>
    public Operator Operator => person!;

    public IReadOnlyList<FleetServer> Coordinators => coordinators;

    public IReadOnlyList<FleetServer> Workers => workers;

    /// <summary>By zone; with <see cref="DistributedOptions.BreakableLinks"/>.</summary>
    public IReadOnlyDictionary<string, FaultProxy> Links => links;

    /// <summary>The broker's own files, where all messages pass.</summary>
    public string BrokerFolder => broker?.Folder ?? throw new InvalidOperationException("The broker belongs to somebody else.");

    public string Outputs => string.Join(Environment.NewLine, [.. coordinators.Select(c => "coordinator: " + Tail(c.Output)), .. workers.Select(w => "worker: " + Tail(w.Output))]);

    public static Task<DistributedFleet> StartAsync(IReadOnlyList<ZoneSpec> zones, CancellationToken cancellationToken, int leaseSeconds = 30) =>
        StartAsync(new DistributedOptions { Zones = zones, Settings = new Dictionary<string, string?> { ["Fleet__Lease"] = TimeSpan.FromSeconds(leaseSeconds).ToString() } }, cancellationToken);

    public static async Task<DistributedFleet> StartAsync(DistributedOptions options, CancellationToken cancellationToken)
    {
        var fleet = new DistributedFleet(options);
        try
        {
            await fleet.BeginAsync(cancellationToken);
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    public Task<string> StartAsync(string zones, CancellationToken cancellationToken, params string[] more) => Operator.StartAsync(zones, package, cancellationToken, more);

    /// <summary>The process of the worker with this id.</summary>
    public FleetServer Worker(string workerId) =>
        workers.SingleOrDefault(w => workerId.Contains($"-{w.ProcessId}-", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"No worker process has the id {workerId}; processes: {string.Join(", ", workers.Select(w => w.ProcessId))}");

    public async ValueTask DisposeAsync()
    {
        person?.Dispose();
        foreach (var process in workers.Concat(coordinators))
            await process.DisposeAsync();
        foreach (var link in links.Values)
            await link.DisposeAsync();
        if (lab is not null)
            await lab.DisposeAsync();
        if (broker is not null)
            await broker.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        var starting = Lab.StartAsync(new LabOptions { Zones = Options.Zones, PackagePadding = Options.PackagePadding }, cancellationToken);
        var (bus, store) = (BrokerAsync(cancellationToken), DatabaseAsync(cancellationToken));
        lab = await starting;
        var environment = new Dictionary<string, string?>(Options.Settings) { ["Fleet__Bus__Transport"] = "rabbitmq", ["Fleet__Bus__Uri"] = await bus, ["Fleet__Bus__KeyFile"] = BusKey.WriteTo(data) };
        var deciding = new Dictionary<string, string?>(environment) { ["Fleet__Store__Provider"] = "postgres", ["Fleet__Store__ConnectionString"] = await store };
        for (var i = 0; i < Options.Coordinators; i++)
            coordinators.Add(await FleetServer.StartAsync(Path.Combine(data, "coordinator"), cancellationToken, "coordinator,web", deciding));
        var carrying = new Dictionary<string, string?>(environment)
        {
            ["Fleet__Bus__Uri"] = Options.WorkerBrokerUri ?? environment["Fleet__Bus__Uri"],
            ["Fleet__Server__Url"] = coordinators[^1].Url.ToString().TrimEnd('/'),
            ["Fleet__Server__TokenFile"] = Path.Combine(coordinators[^1].Data, "worker-token"),
        };
        workers.AddRange(await Task.WhenAll(Enumerable.Range(1, Options.Workers).Select(i => FleetServer.StartAsync(Path.Combine(data, $"worker{i}"), cancellationToken, "worker", carrying))));
        person = new Operator(coordinators[^1]);
        await person.ImportAsync(await InventoryAsync(lab, cancellationToken), cancellationToken);
        package = await person.AddPackageAsync(lab.Package.Path, cancellationToken);
    }

    private async Task<string> BrokerAsync(CancellationToken cancellationToken) =>
        Options.BrokerUri ?? (broker = await RabbitMqNode.StartAsync(cancellationToken)).Uri;

    private async Task<string> DatabaseAsync(CancellationToken cancellationToken) =>
        Options.Database ?? await (database = await PostgresCluster.StartAsync(cancellationToken)).CreateDatabaseAsync(cancellationToken);

    private async Task<string> InventoryAsync(Lab zones, CancellationToken cancellationToken)
    {
        if (!Options.BreakableLinks)
            return zones.InventoryPath;
        var text = zones.Inventory;
        foreach (var zone in zones.Zones.Values)
        {
            links[zone.Name] = new FaultProxy(zone.Port);
            text = text.Replace($"port: {zone.Port}\n", $"port: {links[zone.Name].Port}\n", StringComparison.Ordinal);
        }

        var path = Path.Combine(data, "inventory.yaml");
        await File.WriteAllTextAsync(path, text, cancellationToken);
        return path;
    }

    private static string Tail(string text) => text.Length <= 6000 ? text : text[^6000..];
}
