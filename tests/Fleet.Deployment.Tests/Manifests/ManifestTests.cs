using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Fleet.Deployment.Tests.Manifests;

/// <summary>What <c>kubectl apply -k</c> would send is what a cluster takes, and keeps to our own rules.</summary>
public sealed partial class ManifestTests
{
    public static TheoryData<string> Overlays => Kustomize.Overlays;

    public static TheoryData<string> All => Kustomize.All;

    [Theory]
    [MemberData(nameof(All))]
    public async Task No_field_is_unknown_to_the_cluster_and_none_has_another_type(string overlay)
    {
        var text = await Kustomize.RenderAsync(overlay);
        Should.NotThrow(() => StrictLoad.Read(text));
    }

    [Theory]
    [InlineData("replicas: 2", "replica: 2")]
    [InlineData("replicas: 2", "replicas: two")]
    [InlineData("readOnlyRootFilesystem: true", "readOnlyRootFileSystem: true")]
    [InlineData("podSelector: {}", "podSelectors: {}")]
    public async Task A_wrong_field_or_type_is_found(string right, string wrong)
    {
        var text = await Kustomize.RenderAsync("overlays/production");
        text.ShouldContain(right);
        Should.Throw<Exception>(() => StrictLoad.Read(text.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task No_field_that_the_cluster_wants_is_missing(string overlay) =>
        (await Validator.ErrorsAsync(await Kustomize.RenderAsync(overlay))).ShouldBeEmpty();

    [Fact]
    public async Task A_missing_field_is_found()
    {
        var text = await Kustomize.RenderAsync("overlays/production");
        // A workload without a selector, and scalers without a target.
        var broken = WorkloadSelector().Replace(text, "", 1).Replace("  scaleTargetRef:\n", "  scaleTarget:\n", StringComparison.Ordinal);
        broken.ShouldNotBe(text);
        var errors = await Validator.ErrorsAsync(broken);
        errors.ShouldContain(e => e.StartsWith("Deployment/", StringComparison.Ordinal) && e.Contains("selector", StringComparison.Ordinal));
        (await Validator.ErrorsAsync((await Kustomize.RenderAsync("observability/operator")).Replace("  selector:", "  select:", StringComparison.Ordinal))).ShouldContain(e => e.StartsWith("PodMonitor/", StringComparison.Ordinal));
        errors.ShouldContain(e => e.StartsWith("ScaledObject/", StringComparison.Ordinal) && e.Contains("scaleTargetRef", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Every_container_and_object_keeps_to_the_policy(string overlay) => Policy.Problems(await Kustomize.ResourcesAsync(overlay)).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task What_a_manifest_names_is_there_or_is_on_the_list_of_what_is_made_beforehand(string overlay)
    {
        var made = overlay == "overlays/dev" ? [] : Made;
        References.Problems(await Kustomize.ResourcesAsync(overlay), made).ShouldBeEmpty();
    }

    [Fact]
    public async Task Everything_on_the_list_of_what_is_made_beforehand_is_wanted_by_some_overlay()
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var overlay in Kustomize.Folders)
            named.UnionWith((await Kustomize.ResourcesAsync(overlay)).SelectMany(References.Named).Select(n => n.Title).Where(t => t.StartsWith("Secret/", StringComparison.Ordinal)));
        // Where nobody makes one, the broker's and the database's own operators do.
        foreach (var part in new[] { "base", "worker" })
            named.UnionWith((await Kustomize.ResourcesAsync(part)).SelectMany(References.Named).Select(n => n.Title).Where(t => t.StartsWith("Secret/", StringComparison.Ordinal)));
        named.Order().ShouldBe(Made.Order());
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Every_setting_of_a_manifest_is_one_that_operations_md_tells(string overlay)
    {
        var told = Repository.Read("docs", "operations.md");
        var text = await Kustomize.RenderAsync(overlay);
        SettingName().Matches(text).Select(m => m.Value).Distinct().Where(s => !Told(told, s)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Only_workers_get_to_SSH_and_only_others_to_the_database(string overlay)
    {
        var egress = (await Kustomize.ResourcesAsync(overlay)).Where(r => r.Kind == "NetworkPolicy").SelectMany(p => Resource.Items(p.At("spec"), "egress").Select(rule => (Policy: p, Ports: Ports(rule)))).ToList();
        egress.Where(e => e.Ports.Contains("22")).Select(e => e.Policy.Text("spec", "podSelector", "matchLabels", "app.kubernetes.io/component")).Distinct().ShouldBe(["worker"]);
        egress.Where(e => e.Ports.Contains("5432")).SelectMany(e => Resource.Everything(e.Policy.At("spec", "podSelector"))).SelectMany(n => n["values"] as JsonArray ?? []).Select(v => v!.ToString()).ShouldNotContain("worker");
        (await Kustomize.ResourcesAsync(overlay)).Count(r => r.Kind == "NetworkPolicy" && r.Text("spec", "podSelector") == "{}" && r.At("spec", "ingress") is null && r.At("spec", "egress") is null).ShouldBe(1, "nothing goes where no rule says so");
    }

    /// <summary>As the table in deploy/k8s/README.md has it.</summary>
    private static HashSet<string> Made { get; } = [.. SecretName().Matches(Repository.Read("deploy", "k8s", "README.md")).Select(m => m.Value)];

    private static bool Told(string told, string setting) =>
        told.Contains($"`{setting}`", StringComparison.Ordinal) || told.Contains($"`{setting}=", StringComparison.Ordinal) || told.Contains($"`…{setting[(setting.LastIndexOf("__", StringComparison.Ordinal) + 2)..]}`", StringComparison.Ordinal);

    private static HashSet<string> Ports(JsonObject rule) => [.. Resource.Items(rule, "ports").Select(p => p["port"]!.ToString())];

    [GeneratedRegex(@"Secret/[a-z-]+")]
    private static partial Regex SecretName();

    [GeneratedRegex(@"\bFleet__[A-Za-z_]+[A-Za-z]")]
    private static partial Regex SettingName();

    [GeneratedRegex(@"(?m)^  selector:\n    matchLabels:\n(?:      .*\n)+(?=  strategy:\n)")]
    private static partial Regex WorkloadSelector();
}
