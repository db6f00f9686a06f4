using System.Text.Json.Nodes;

namespace Fleet.Deployment.Tests.Manifests;

/// <summary>The collector's own configuration, as far as it can be held against itself: no collector is at hand here.</summary>
public sealed class CollectorTests
{
    private static readonly JsonObject Config = YamlJson.Read(Repository.Read("deploy", "k8s", "components", "otel-collector", "collector-config.yaml")).Single();

    [Fact]
    public void Every_pipeline_is_made_of_parts_that_are_configured_and_every_part_is_in_a_pipeline()
    {
        foreach (var kind in new[] { "receivers", "processors", "exporters" })
        {
            var used = Config["service"]!["pipelines"]!.AsObject().SelectMany(p => p.Value![kind]!.AsArray()).Select(n => n!.ToString()).Distinct().Order();
            used.ShouldBe(Config[kind]!.AsObject().Select(p => p.Key).Order());
        }

        Config["service"]!["extensions"]!.AsArray().Select(e => e!.ToString()).ShouldBe(Config["extensions"]!.AsObject().Select(e => e.Key));
    }

    [Fact]
    public void Zone_upgrades_failures_and_slow_ones_are_always_kept()
    {
        var policies = Config["processors"]!["tail_sampling"]!["policies"]!.AsArray().ToDictionary(p => p!["name"]!.ToString(), p => p!);
        policies["zone-upgrades"]["ottl_condition"]!["span"]!.AsArray().Select(c => c!.ToString()).ShouldContain("attributes[\"fleet.rollout.id\"] != nil");
        policies["failed"]["status_code"]!["status_codes"]!.AsArray().Select(c => c!.ToString()).ShouldBe(["ERROR"]);
        ((long)policies["slow"]["latency"]!["threshold_ms"]!).ShouldBeLessThanOrEqualTo(10_000);
        // They are joined by or: the last lets some through, and takes none away.
        policies.Values.ShouldNotContain(p => p["type"]!.ToString() == "drop" || p["invert_match"] != null);
    }

    [Fact]
    public async Task Who_sends_to_it_may_and_reaches_a_port_that_it_listens_on()
    {
        var resources = await Kustomize.ResourcesAsync("overlays/production");
        var endpoints = resources.SelectMany(r => r.Containers).SelectMany(c => Resource.Items(c, "env")).Where(e => e["name"]!.ToString() == "OTEL_EXPORTER_OTLP_ENDPOINT").Select(e => new Uri(e["value"]!.ToString())).ToList();
        endpoints.Count.ShouldBe(4, "coordinator, API, two pools");
        endpoints.ShouldAllBe(e => e.Host == "otel-collector" && e.Port == 4317);
        Config["receivers"]!["otlp"]!["protocols"]!["grpc"]!["endpoint"]!.ToString().ShouldEndWith(":4317");
    }
}
