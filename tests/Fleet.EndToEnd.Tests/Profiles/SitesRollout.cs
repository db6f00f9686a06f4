using System.Collections.Concurrent;
using System.Text.Json;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Profiles;

/// <summary>One rollout over every simulated site, on the embedded default, side by side; its facts are asserted one by one.</summary>
public sealed class SitesRollout : IAsyncLifetime
{
    private readonly string data = Directory.CreateTempSubdirectory("fleet-sites-").FullName;
    private Lab? lab;
    private FleetServer? server;
    private Operator? person;

    internal JsonElement Shown { get; private set; }

    internal ConcurrentDictionary<string, List<JsonElement>> Asked { get; } = new(StringComparer.Ordinal);

    /// <summary>A second rollout over <c>twice</c>, which failed in the first at its packages and kept its guard.</summary>
    internal JsonElement ShownSecond { get; private set; }

    internal List<string> AskedSecond { get; } = [];

    internal Lab Lab => lab!;

    internal Operator Operator => person!;

    internal FleetServer Server => server!;

    internal string Rollout { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        lab = await Lab.StartAsync(new LabOptions { Zones = [.. SiteCases.All.Select(c => new ZoneSpec(c.Zone, c.Profile))] }, cancellation);
        server = await FleetServer.StartAsync(data, cancellation, environment: new Dictionary<string, string?> { ["Fleet__Worker__MaxZones"] = "12" });
        person = new Operator(server);
        await person.ImportAsync(lab.InventoryPath, cancellation);
        var package = await person.AddPackageAsync(lab.Package.Path, cancellation);
        foreach (var site in SiteCases.All)
            await (site.Before?.Invoke(lab.Zones[site.Zone], cancellation) ?? Task.CompletedTask);
        Rollout = await person.StartAsync("all", package, cancellation, "--max-parallel", "12", "--max-failures", "100%", "--name", "sites");
        Shown = await person.SeeThroughAsync(Rollout, Answer, TimeSpan.FromMinutes(45), cancellation);
        var second = await person.StartAsync("twice", package, cancellation, "--name", "second");
        ShownSecond = await person.SeeThroughAsync(second, AnswerSecond, TimeSpan.FromMinutes(20), cancellation);
    }

    internal JsonElement Zone(string name) => Shown.Items("zones").Single(z => z.Text("name") == name);

    public async ValueTask DisposeAsync()
    {
        person?.Dispose();
        if (server is not null)
            await server.DisposeAsync();
        if (lab is not null)
            await lab.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    private Reply? AnswerSecond(JsonElement decision)
    {
        AskedSecond.Add($"{decision.Text("kind")}/{decision.Text("step")}");
        return decision.Text("kind") switch
        {
            "mid-upgrade" => new Reply("continue"),
            "guard" => new Reply("release"),
            _ => null,
        };
    }

    private Reply? Answer(JsonElement decision)
    {
        var zone = decision.Text("zone");
        var asked = Asked.GetOrAdd(zone, _ => []);
        if (asked.All(d => d.Text("id") != decision.Text("id")))
            asked.Add(decision.Clone());
        var before = asked.Count(d => d.Text("kind") == decision.Text("kind")) - 1;
        return SiteCases.All.Single(c => c.Zone == zone).AnswerTo(decision, before);
    }
}
