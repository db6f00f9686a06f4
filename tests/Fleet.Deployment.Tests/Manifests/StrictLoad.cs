using System.Text.RegularExpressions;
using k8s;

namespace Fleet.Deployment.Tests.Manifests;

/// <summary>The Kubernetes client's own models, strict: an unknown field or another type throws.</summary>
internal static partial class StrictLoad
{
    public static IReadOnlyList<object> Read(string text)
    {
        var ours = text.Split("\n---\n").Where(d => !CustomResource().IsMatch(d)).ToList();
        var read = KubernetesYaml.LoadAllFromString(string.Join("\n---\n", ours), strict: true);
        read.Count.ShouldBe(ours.Count, "each document was read");
        return read;
    }

    [GeneratedRegex(@"(?m)^apiVersion: (keda\.sh|rabbitmq\.com|postgresql\.cnpg\.io|cert-manager\.io|monitoring\.coreos\.com)/")]
    private static partial Regex CustomResource();
}
