using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Harness;

/// <summary>A lab of zones and the embedded default: one process with SQLite, its inventory imported and its package added.</summary>
internal sealed class EmbeddedFleet : IAsyncDisposable
{
    private Operator? person;

    private EmbeddedFleet(Lab lab, FleetServer server, string folder)
    {
        Lab = lab;
        Server = server;
        Folder = folder;
    }

    public Lab Lab { get; }

    public FleetServer Server { get; }

    /// <summary>A temporary folder for the test's own files.</summary>
    public string Folder { get; }

    public string Package { get; private set; } = "";

    public Operator Operator => person!;

    public static async Task<EmbeddedFleet> StartAsync(
        IReadOnlyList<ZoneSpec> zones, CancellationToken cancellationToken, IReadOnlyDictionary<string, string?>? settings = null, string? data = null)
    {
        var folder = Directory.CreateTempSubdirectory("fleet-embedded-").FullName;
        var lab = await Lab.StartAsync(new LabOptions { Zones = zones }, cancellationToken);
        var server = await FleetServer.StartAsync(data ?? Path.Combine(folder, "data"), cancellationToken, environment: settings);
        var fleet = new EmbeddedFleet(lab, server, folder) { person = new Operator(server) };
        await fleet.Operator.ImportAsync(lab.InventoryPath, cancellationToken);
        fleet.Package = await fleet.Operator.AddPackageAsync(lab.Package.Path, cancellationToken);
        return fleet;
    }

    public Task<string> StartAsync(string zones, CancellationToken cancellationToken, params string[] more) => Operator.StartAsync(zones, Package, cancellationToken, more);

    public async ValueTask DisposeAsync()
    {
        person?.Dispose();
        await Server.DisposeAsync();
        await Lab.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
