using Fleet.Hosting.Bus;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Packages;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Zones;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Orchestration.Tests.Parts;

/// <summary>A whole coordinator in this process, with fake workers on its bus.</summary>
internal sealed class Coordinator : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);
    private readonly IHost _host;
    private readonly string? _folder;
    private readonly CancellationTokenSource _beats = new();
    private readonly Task _beating;

    private Coordinator(IHost host, string? folder, IReadOnlyList<FakeWorker> workers)
    {
        _host = host;
        _folder = folder;
        foreach (var worker in workers)
            worker.Attach(Service<IBus>());
        _beating = BeatAsync(workers);
    }

    public IZones Zones => Service<IZones>();
    public IRollouts Rollouts => Service<IRollouts>();
    public IDecisions Decisions => Service<IDecisions>();

    public T Service<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <param name="settings">Over the defaults of a test: SQLite in a folder of its own, in-memory bus, short times.</param>
    public static async Task<Coordinator> StartAsync(IReadOnlyList<FakeWorker> workers, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null)
    {
        var folder = settings?.ContainsKey("Fleet:Data") == true ? null : Directory.CreateTempSubdirectory("fleet-orchestration-").FullName;
        var values = new Dictionary<string, string?>
        {
            ["Fleet:Data"] = folder,
            ["Fleet:Lease"] = "00:00:03",
            ["Fleet:Reconciler:Interval"] = "00:00:00.100",
            ["Fleet:Reconciler:FirstResend"] = "00:00:00.500",
            ["Fleet:Reconciler:LastResend"] = "00:00:02",
            ["Fleet:Reconciler:Rollouts"] = "00:00:00.500",
            ["Fleet:Reconciler:Leadership"] = "00:00:02",
        };
        foreach (var (key, value) in settings ?? [])
            values[key] = value;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(values);
        builder.Logging.AddFilter(null, LogLevel.Warning).AddSimpleConsole();
        builder.Services.AddFleetOrchestration(builder.Configuration);
        builder.Services.AddFleetBus(builder.Configuration, bus => bus.AddFleetCoordinator(), coordinator: true);
        builder.Services.AddFleetTranscripts(builder.Configuration, worker: true, s => s.GetRequiredService<Transcripts.ITranscripts>());
        services?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        var bus = host.Services.GetRequiredService<IBusControl>();
        foreach (var worker in workers)
            await worker.Connect(bus).Ready;
        foreach (var pool in workers.GroupBy(w => w.Pool))
            await FakeWorker.ConnectPool(bus, pool.Key, [.. pool]).Ready;

        return new Coordinator(host, folder, workers);
    }

    /// <summary>Zones in the inventory and a package, ready to be rolled out.</summary>
    public async Task SeedAsync(params InventoryZone[] zones)
    {
        (await Zones.ImportAsync(zones, prune: false, "test", default)).Problems.ShouldBeEmpty();
        (await Service<IPackages>().AddAsync(Samples.Package, null, "test", default)).Problems.ShouldBeEmpty();
    }

    public async Task<RolloutView> StartRolloutAsync(IEnumerable<string> zones, int? maxParallel = null, string? maxFailures = null, string? until = null)
    {
        var started = await Rollouts.StartAsync(
            new StartRollout { Zones = [.. zones], PackageDigest = Samples.Package.Digest, MaxParallel = maxParallel, MaxFailures = maxFailures, Until = until }, "ops", default);
        started.Problems.ShouldBeEmpty();
        return started.Value!;
    }

    public async Task<RolloutView> StartRolloutAsync(StartRollout start)
    {
        var started = await Rollouts.StartAsync(start, "ops", default);
        started.Problems.ShouldBeEmpty();
        return started.Value!;
    }

    public async Task<RolloutView> RolloutAsync(Guid id) => (await Rollouts.FindAsync(id.ToString(), default)).Value!;

    public async Task<RolloutView> WaitForAsync(Guid id, Func<RolloutView, bool> condition)
    {
        RolloutView? last = null;
        return await Eventually.GetAsync(
            async () => (last = await RolloutAsync(id)) is { } view && condition(view) ? view : null,
            Limit,
            default,
            () => last is null ? "no rollout" : $"{last.State} {last.Reason?.Code}: {string.Join("; ", last.Zones.Select(z => $"{z.Name} {z.State} {z.Standing} {z.Phase}/{z.Step} {z.Error?.Code} epoch {z.Epoch}"))}");
    }

    public Task<RolloutView> WaitForEndAsync(Guid id) => WaitForAsync(id, v => v.EndedAt is not null);

    public async Task<DecisionView> DecisionAsync(Func<DecisionView, bool>? which = null) =>
        await Eventually.GetAsync(async () => (await Decisions.ListAsync(null, openOnly: true, default)).FirstOrDefault(d => which?.Invoke(d) ?? true), Limit, default);

    public async Task AnswerAsync(DecisionView decision, string choice, string? comment = null) =>
        (await Decisions.AnswerAsync(decision.Id.ToString(), new AnswerDecision { Choice = choice, Comment = comment }, "ops", default)).Problems.ShouldBeEmpty();

    public async Task<ZoneUpgrade> RowAsync(string zone)
    {
        await using var db = await Service<IDbContextFactory<FleetDbContext>>().CreateDbContextAsync();
        return (await db.ZoneUpgrades.AsNoTracking().Where(z => z.Zone == zone).OrderByDescending(z => z.CreatedAt).FirstAsync()).Row;
    }

    public async ValueTask DisposeAsync()
    {
        await _beats.CancelAsync();
        await _beating;
        await _host.StopAsync();
        _host.Dispose();
        _beats.Dispose();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    private async Task BeatAsync(IReadOnlyList<FakeWorker> workers)
    {
        while (!_beats.IsCancellationRequested)
        {
            foreach (var worker in workers)
                await worker.BeatAsync();
            await Task.Delay(300, _beats.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
