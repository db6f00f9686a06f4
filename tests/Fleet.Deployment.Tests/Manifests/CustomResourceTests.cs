using System.Text.Json.Nodes;
using NJsonSchema;

namespace Fleet.Deployment.Tests.Manifests;

/// <summary>What operators carry out: every field of ours is one that they have (custom-resources.schema.json has those that we use, by their published definitions).</summary>
public sealed class CustomResourceTests
{
    private static readonly JsonObject Schemas = JsonNode.Parse(Repository.Read("tests", "Fleet.Deployment.Tests", "Manifests", "custom-resources.schema.json"))!.AsObject();

    public static TheoryData<string> All => Kustomize.All;

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_custom_resource_has_the_fields_that_its_operator_knows(string overlay)
    {
        foreach (var resource in (await Kustomize.ResourcesAsync(overlay)).Where(r => Schemas.ContainsKey(r.Kind)))
            (await ErrorsAsync(resource.Kind, resource.Json)).ShouldBeEmpty(resource.Title);
    }

    [Theory]
    [InlineData("RabbitmqCluster", "replicas")]
    [InlineData("Permission", "permissions")]
    [InlineData("User", "rabbitmqClusterReference")]
    [InlineData("Vhost", "name")]
    [InlineData("Certificate", "secretName")]
    [InlineData("Cluster", "instances")]
    [InlineData("Cluster", "storage")]
    [InlineData("ScaledObject", "triggers")]
    [InlineData("PodMonitor", "podMetricsEndpoints")]
    [InlineData("PrometheusRule", "groups")]
    public async Task A_field_that_is_missing_or_misspelt_is_found(string kind, string field)
    {
        var resource = (await Kustomize.ResourcesAsync("overlays/production")).Concat(await Kustomize.ResourcesAsync("observability/operator")).First(r => r.Kind == kind).Json.DeepClone().AsObject();
        var spec = resource["spec"]!.AsObject();
        var value = spec[field]!.DeepClone();
        spec.Remove(field);
        (await ErrorsAsync(kind, resource)).ShouldNotBeEmpty();
        spec[field] = value;
        (await ErrorsAsync(kind, resource)).ShouldBeEmpty();
        spec[field + "s"] = value.DeepClone();
        (await ErrorsAsync(kind, resource)).ShouldNotBeEmpty();
    }

    private static async Task<IEnumerable<string>> ErrorsAsync(string kind, JsonObject resource) =>
        (await JsonSchema.FromJsonAsync(Schemas[kind]!.ToJsonString())).Validate(resource.ToJsonString()).Select(e => e.ToString());
}
