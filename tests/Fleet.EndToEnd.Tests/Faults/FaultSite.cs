using System.Diagnostics;
using System.Text.Json;
using Fleet.EndToEnd.Tests.Faults.Recording;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Faults;

/// <summary>A Fleet with six zones in flight, each stopped at another place: five scripts in mid-work and one prompt that waits for a person.</summary>
internal sealed class FaultSite : IAsyncDisposable
{
    public const string InBootstrap = "pek1a";
    public const string InPreUpgrade = "sh1a";
    public const string InPackages = "gd1a";
    public const string AtPrompt = "cd1a";
    public const string InPostUpgrade = "xa1a";
    public const string OnNodes = "wh1a";

    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    private static readonly string[] InParallel = ["--max-parallel", "6", "--max-failures", "6"];

    private static readonly IReadOnlyList<ZoneSpec> Zones =
    [
        new(InBootstrap, "global"), new(InPreUpgrade, "sub"), new(InPackages, "special-sub"), new(AtPrompt, "sub+component-fails-once"), new(InPostUpgrade, "sub+manual-operations"), new(OnNodes, "sub"),
    ];

    private static readonly IReadOnlyDictionary<string, string> Gates = new Dictionary<string, string>
    {
        [InBootstrap] = "bootstrap.dump",
        [InPreUpgrade] = "pre_upgrade.merge",
        [InPackages] = "upgrade_pkgs.component.proxy.proxy",
        // version.json is the target's already there, and the script is not done.
        [InPostUpgrade] = "post_upgrade.end",
        [OnNodes] = "exec_nodes.begin",
    };

    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;
    private readonly DistributedFleet? distributed;
    private readonly EmbeddedFleet? embedded;
    private readonly List<StoreRecorder> recorders = [];

    private FaultSite(DistributedFleet? distributed, EmbeddedFleet? embedded) => (this.distributed, this.embedded) = (distributed, embedded);

    public DistributedFleet Fleet => distributed!;

    /// <summary>The one process of the embedded default.</summary>
    public FleetServer Process => embedded!.Server;

    /// <summary>What is kept of every row.</summary>
    public StoreRecorder Recorder => recorders[^1];

    public Operator Operator => distributed?.Operator ?? embedded!.Operator;

    public Lab Lab => distributed?.Lab ?? embedded!.Lab;

    public string Outputs => distributed?.Outputs ?? embedded!.Server.Output;

    public string Rollout { get; private set; } = "";

    /// <summary>Zones that went on in a part of the past that Fleet's record has lost.</summary>
    public IReadOnlyList<string> WentOn { get; set; } = [];

    /// <summary>This site's on the shared broker.</summary>
    public string VirtualHost => new Uri(Fleet.Options.BrokerUri!).AbsolutePath.TrimStart('/');

    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Fleet__Lease"] = Lease.ToString(),
        ["Fleet__Reconciler__FirstResend"] = "00:00:02",
        ["Fleet__Reconciler__LastResend"] = "00:00:10",
        ["Fleet__Reconciler__Rollouts"] = "00:00:02",
        ["Fleet__Reconciler__Leadership"] = "00:00:05",
        ["Fleet__Worker__IdleBeat"] = "00:00:02",
        ["Fleet__Ssh__KeepAlive"] = "00:00:02",
        ["Fleet__Ssh__LinkTimeout"] = "00:00:06",
        ["Fleet__Ssh__ConnectTimeout"] = "00:00:10",
    };

    public static async Task<FaultSite> StartAsync(FaultParts parts, Func<DistributedOptions, DistributedOptions>? change = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var options = new DistributedOptions
        {
            Zones = Zones,
            BrokerUri = await parts.Broker.CreateVirtualHostAsync(cancellation),
            Database = await parts.Database.CreateDatabaseAsync(cancellation),
            Settings = Settings,
        };
        var site = new FaultSite(await DistributedFleet.StartAsync(change?.Invoke(options) ?? options, cancellation), null);
        await site.RecordAsync(StoreRecorder.Postgres(options.Database));
        return site;
    }

    /// <summary>Everything in one process, on SQLite.</summary>
    /// <param name="data">Its data folder; null: a temporary one.</param>
    public static async Task<FaultSite> EmbeddedAsync(string? data = null)
    {
        var site = new FaultSite(null, await EmbeddedFleet.StartAsync(Zones, TestContext.Current.CancellationToken, Settings, data));
        await site.RecordAsync(StoreRecorder.Sqlite(Path.Combine(site.Process.Data, "fleet.db")));
        return site;
    }

    /// <summary>From now on every row that is committed to the store is kept.</summary>
    public async Task RecordAsync(StoreRecorder recorder)
    {
        await recorder.BeginAsync(cancellation);
        recorders.Add(recorder);
    }

    public LabZone Zone(string name) => Lab.Zones[name];

    /// <summary>Starts the rollout and returns when all six zones stand in mid-work.</summary>
    public async Task SpreadAsync()
    {
        foreach (var (zone, gate) in Gates)
            Zone(zone).CloseGate(gate);
        await BeginAsync();
        foreach (var (zone, gate) in Gates)
            await WithOutputsAsync(() => Zone(zone).WaitAtGateAsync(gate, Limit, cancellation));
        await PromptAsync();
    }

    public async Task BeginAsync() =>
        Rollout = await (distributed?.StartAsync("all", cancellation, InParallel) ?? embedded!.StartAsync("all", cancellation, InParallel));

    public void OpenGates()
    {
        foreach (var (zone, gate) in Gates)
            Zone(zone).OpenGate(gate);
    }

    public void OpenGatesOf(IEnumerable<string> zones)
    {
        foreach (var zone in zones.Where(Gates.ContainsKey))
            Zone(zone).OpenGate(Gates[zone]);
    }

    /// <summary>The open prompt of the zone that has one.</summary>
    public Task<string> PromptAsync() => Eventually.GetAsync(
        async () => (await Operator.OpenDecisionsAsync(cancellation)).Where(d => d.Text("kind") == "prompt" && d.Text("zone") == AtPrompt).Select(d => d.Text("id")).FirstOrDefault(),
        Limit, cancellation, () => Outputs);

    /// <summary>The worker that holds a zone now.</summary>
    public Task<string> HolderAsync(string zone, string? other = null) => Eventually.GetAsync(
        async () => (await Operator.GetAsync("/api/v1/workers", cancellation)).EnumerateArray()
            .Where(w => w.Text("id") != other && w.GetProperty("alive").GetBoolean() && w.Items("holds").Any(h => h.Text("zone") == zone)).Select(w => w.Text("id")).FirstOrDefault(),
        Limit, cancellation, () => Outputs);

    /// <summary>Waits until a worker that lives says that it holds no zone.</summary>
    public Task HoldsNothingAsync(string worker) => Eventually.BeTrueAsync(
        async () => (await Operator.GetAsync("/api/v1/workers", cancellation)).EnumerateArray().Any(w => w.Text("id") == worker && w.GetProperty("alive").GetBoolean() && !w.Items("holds").Any()),
        Limit, cancellation, () => Outputs);

    /// <summary>Waits until no worker holds any of these zones: they stand between two steps.</summary>
    public Task NobodyHoldsAsync(params IReadOnlyCollection<string> zones) => Eventually.BeTrueAsync(
        async () => !(await Operator.GetAsync("/api/v1/workers", cancellation)).EnumerateArray().Any(w => w.Items("holds").Any(h => zones.Contains(h.Text("zone")))),
        Limit, cancellation, () => Outputs);

    /// <summary>An outage is as long as it is meant to be.</summary>
    public async Task OutlastAsync(TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        await Eventually.BeTrueAsync(() => clock.Elapsed >= time, time + time, cancellation);
    }

    /// <summary>Waits until a script of the zone ended; what runs there goes on whatever is broken.</summary>
    public Task ScriptEndsAsync(string zone, string script) => WithOutputsAsync(() => Zone(zone).WaitForAsync(e => e.Script == script && e.What == "end", Limit, cancellation));

    /// <summary>What was recorded with this code, about this zone or any.</summary>
    public async Task<IReadOnlyList<JsonElement>> AuditAsync(string code, string? zone = null) =>
        [.. (await Operator.GetAsync($"/api/v1/audit?rollout={Rollout}&limit=10000", cancellation)).EnumerateArray().Where(a => a.Text("code") == code && (zone is null || a.TextOrNull("zone") == zone))];

    /// <summary>Opens the gates, answers what is asked, waits for the end, and holds every promise against what happened.</summary>
    /// <param name="answer">For what the usual answers do not fit; null: the usual one.</param>
    public async Task<JsonElement> EndsWellAsync(Func<JsonElement, Reply?>? answer = null)
    {
        OpenGates();
        var shown = await WithOutputsAsync(() => Operator.SeeThroughAsync(Rollout, d => answer?.Invoke(d) ?? Usual(d), Limit, cancellation));
        await WithOutputsAsync(async () =>
        {
            // A restored store brings along what was kept before its backup.
            var rows = new List<RecordedRow>();
            foreach (var recorder in recorders)
                rows.AddRange(await recorder.ReadAsync(cancellation));
            await new SiteHistory(Operator, Lab, Rollout, cancellation) { Recorded = [.. rows.Distinct()], WentOn = WentOn }.HoldAsync();
            return shown;
        });
        return shown;
    }

    /// <summary>Every zone came to its end without a person but at the prompt and the manual list.</summary>
    public async Task AllSucceedAsync()
    {
        var shown = await EndsWellAsync();
        shown.Text("state").ShouldBe("succeeded", shown + Outputs);
    }

    public static Reply? Usual(JsonElement decision) => decision.Text("kind") switch
    {
        "prompt" => new Reply("yes"),
        "manual" => new Reply("done"),
        "failed-step" => new Reply("retry"),
        "guard" => new Reply("keep"),
        _ => null,
    };

    public async ValueTask DisposeAsync()
    {
        if (distributed is not null)
            await distributed.DisposeAsync();
        if (embedded is not null)
            await embedded.DisposeAsync();
    }

    private async Task<T> WithOutputsAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{e.Message}{Environment.NewLine}{Outputs}", e);
        }
    }
}
