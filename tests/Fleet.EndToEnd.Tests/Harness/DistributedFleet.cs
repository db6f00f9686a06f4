using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Harness;

/// <summary>A lab of zones, RabbitMQ, PostgreSQL, one coordinator that also serves the API, and two workers; each a process of its own.</summary>
internal sealed class DistributedFleet : IAsyncDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("fleet-distributed-").FullName;
    private readonly List<FleetServer> workers = [];
    private RabbitMqNode? broker;
    private PostgresCluster? database;
    private FleetServer? coordinator;
    private Operator? person;
    private Lab? lab;
    private string package = "";

    public Lab Lab => lab!;

    public Operator Operator => person!;

    public FleetServer Coordinator => coordinator!;

    public string Outputs => $"coordinator: {coordinator?.Output}{Environment.NewLine}{string.Join(Environment.NewLine, workers.Select(w => "worker: " + w.Output))}";

    public static async Task<DistributedFleet> StartAsync(IReadOnlyList<ZoneSpec> zones, CancellationToken cancellationToken, int leaseSeconds = 30)
    {
        var fleet = new DistributedFleet();
        try
        {
            await fleet.BeginAsync(zones, leaseSeconds, cancellationToken);
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    public Task<string> StartAsync(string zones, CancellationToken cancellationToken, params string[] more) => Operator.StartAsync(zones, package, cancellationToken, more);

    /// <summary>SIGKILL to the worker with this id.</summary>
    public async Task KillWorkerAsync(string workerId, CancellationToken cancellationToken)
    {
        var worker = workers.SingleOrDefault(w => workerId.Contains($"-{w.ProcessId}-", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"No worker process has the id {workerId}; processes: {string.Join(", ", workers.Select(w => w.ProcessId))}");
        await worker.KillAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    public async ValueTask DisposeAsync()
    {
        person?.Dispose();
        foreach (var worker in workers)
            await worker.DisposeAsync();
        if (coordinator is not null)
            await coordinator.DisposeAsync();
        if (lab is not null)
            await lab.DisposeAsync();
        if (broker is not null)
            await broker.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    private async Task BeginAsync(IReadOnlyList<ZoneSpec> zones, int leaseSeconds, CancellationToken cancellationToken)
    {
        var starting = (Lab.StartAsync(new LabOptions { Zones = zones }, cancellationToken), RabbitMqNode.StartAsync(cancellationToken), PostgresCluster.StartAsync(cancellationToken));
        lab = await starting.Item1;
        broker = await starting.Item2;
        database = await starting.Item3;

        var environment = new Dictionary<string, string?>
        {
            ["Fleet__Bus__Transport"] = "rabbitmq",
            ["Fleet__Bus__Uri"] = broker.Uri,
            ["Fleet__Lease"] = TimeSpan.FromSeconds(leaseSeconds).ToString(),
        };
        coordinator = await FleetServer.StartAsync(Path.Combine(data, "coordinator"), cancellationToken, "coordinator,web", new Dictionary<string, string?>(environment)
        {
            ["Fleet__Store__Provider"] = "postgres",
            ["Fleet__Store__ConnectionString"] = await database.CreateDatabaseAsync(cancellationToken),
        });
        for (var i = 1; i <= 2; i++)
        {
            workers.Add(await FleetServer.StartAsync(Path.Combine(data, $"worker{i}"), cancellationToken, "worker", new Dictionary<string, string?>(environment)
            {
                ["Fleet__Server__Url"] = coordinator.Url.ToString().TrimEnd('/'),
                ["Fleet__Server__TokenFile"] = Path.Combine(coordinator.Data, "worker-token"),
            }));
        }
        person = new Operator(coordinator);
        await person.ImportAsync(lab.InventoryPath, cancellationToken);
        package = await person.AddPackageAsync(lab.Package.Path, cancellationToken);
    }
}
