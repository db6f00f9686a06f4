using System.Text.Json;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Faults;

/// <summary>A distributed Fleet with six zones in flight, each stopped at another place: five scripts in mid-work and one prompt that waits for a person.</summary>
internal sealed class FaultSite : IAsyncDisposable
{
    public const string InBootstrap = "pek1a";
    public const string InPreUpgrade = "sh1a";
    public const string InPackages = "gd1a";
    public const string AtPrompt = "cd1a";
    public const string InPostUpgrade = "xa1a";
    public const string OnNodes = "wh1a";

    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private static readonly IReadOnlyList<ZoneSpec> Zones =
    [
        new(InBootstrap, "global"), new(InPreUpgrade, "sub"), new(InPackages, "special-sub"), new(AtPrompt, "sub+component-fails-once"), new(InPostUpgrade, "sub+manual-operations"), new(OnNodes, "sub"),
    ];

    private static readonly IReadOnlyDictionary<string, string> Gates = new Dictionary<string, string>
    {
        [InBootstrap] = "bootstrap.dump",
        [InPreUpgrade] = "pre_upgrade.merge",
        [InPackages] = "upgrade_pkgs.component.proxy.proxy",
        [InPostUpgrade] = "post_upgrade.sql",
        [OnNodes] = "exec_nodes.begin",
    };

    private readonly CancellationToken cancellation;

    private FaultSite(DistributedFleet fleet, CancellationToken cancellation) => (Fleet, this.cancellation) = (fleet, cancellation);

    public DistributedFleet Fleet { get; }

    public Operator Operator => Fleet.Operator;

    public string Rollout { get; private set; } = "";

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
        return new FaultSite(await DistributedFleet.StartAsync(change?.Invoke(options) ?? options, cancellation), cancellation);
    }

    public LabZone Zone(string name) => Fleet.Lab.Zones[name];

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

    public async Task BeginAsync() => Rollout = await Fleet.StartAsync("all", cancellation, "--max-parallel", "6", "--max-failures", "6");

    public void OpenGates()
    {
        foreach (var (zone, gate) in Gates.Where(g => Fleet.Lab.Zones.ContainsKey(g.Key)))
            Zone(zone).OpenGate(gate);
    }

    /// <summary>The open prompt of the zone that has one.</summary>
    public Task<string> PromptAsync() => Eventually.GetAsync(
        async () => (await Operator.OpenDecisionsAsync(cancellation)).Where(d => d.Text("kind") == "prompt" && d.Text("zone") == AtPrompt).Select(d => d.Text("id")).FirstOrDefault(),
        Limit, cancellation, () => Fleet.Outputs);

    /// <summary>The worker that holds a zone now.</summary>
    public Task<string> HolderAsync(string zone, string? other = null) => Eventually.GetAsync(
        async () => (await Operator.GetAsync("/api/v1/workers", cancellation)).EnumerateArray()
            .Where(w => w.Text("id") != other && w.GetProperty("alive").GetBoolean() && w.Items("holds").Any(h => h.Text("zone") == zone)).Select(w => w.Text("id")).FirstOrDefault(),
        Limit, cancellation, () => Fleet.Outputs);

    /// <summary>What was recorded with this code, about this zone or any.</summary>
    public async Task<IReadOnlyList<JsonElement>> AuditAsync(string code, string? zone = null) =>
        [.. (await Operator.GetAsync($"/api/v1/audit?rollout={Rollout}&limit=10000", cancellation)).EnumerateArray().Where(a => a.Text("code") == code && (zone is null || a.TextOrNull("zone") == zone))];

    /// <summary>Opens the gates, answers what is asked, waits for the end, and holds every promise against what happened.</summary>
    /// <param name="answer">For what the usual answers do not fit; null: the usual one.</param>
    public async Task<JsonElement> EndsWellAsync(Func<JsonElement, Reply?>? answer = null, params string[] rebooted)
    {
        OpenGates();
        var shown = await WithOutputsAsync(() => Operator.SeeThroughAsync(Rollout, d => answer?.Invoke(d) ?? Usual(d), Limit, cancellation));
        await WithOutputsAsync(async () =>
        {
            await new Promises(Operator, Fleet.Lab, Rollout, cancellation).HoldAsync(shown, rebooted);
            return shown;
        });
        return shown;
    }

    /// <summary>Every zone came to its end without a person but at the prompt and the manual list.</summary>
    public async Task AllSucceedAsync()
    {
        var shown = await EndsWellAsync();
        shown.Text("state").ShouldBe("succeeded", shown + Fleet.Outputs);
    }

    public static Reply? Usual(JsonElement decision) => decision.Text("kind") switch
    {
        "prompt" => new Reply("yes"),
        "manual" => new Reply("done"),
        "failed-step" => new Reply("retry"),
        "guard" => new Reply("keep"),
        _ => null,
    };

    public ValueTask DisposeAsync() => Fleet.DisposeAsync();

    private async Task<T> WithOutputsAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{e.Message}{Environment.NewLine}{Fleet.Outputs}", e);
        }
    }
}
