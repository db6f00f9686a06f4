using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Fleet.Deployment.Tests.Manifests;

/// <summary>What every container and object of ours keeps to. Pure.</summary>
internal static partial class Policy
{
    public static IReadOnlyList<string> Problems(IReadOnlyList<Resource> resources) => [.. resources.SelectMany(PodProblems), .. resources.SelectMany(SecretProblems)];

    private static IEnumerable<string> PodProblems(Resource resource)
    {
        if (resource.Pod is not { } pod)
            return [];
        var problems = new List<string>();
        void Want(bool held, string what)
        {
            if (!held)
                problems.Add($"{resource.Title}: {what}");
        }

        var security = pod["securityContext"];
        Want(Is(security?["runAsNonRoot"], true), "runAsNonRoot");
        Want((long?)security?["runAsUser"] > 0, "runAsUser that is not root");
        Want(security?["seccompProfile"]?["type"]?.ToString() == "RuntimeDefault", "seccompProfile RuntimeDefault");
        Want(Is(pod["automountServiceAccountToken"], false), "automountServiceAccountToken false");
        Want(Is(pod["enableServiceLinks"], false), "enableServiceLinks false");
        foreach (var shared in new[] { "hostNetwork", "hostPID", "hostIPC" })
            Want(pod[shared] is null, $"no {shared}");
        Want(!Resource.Items(pod, "volumes").Any(v => v["hostPath"] is not null), "no hostPath");
        foreach (var scratch in Resource.Items(pod, "volumes").Where(v => v["emptyDir"] is not null))
            Want(scratch["emptyDir"]?["sizeLimit"] is not null, $"a sizeLimit of {scratch["name"]}");
        foreach (var container in resource.Containers)
            problems.AddRange(ContainerProblems(container).Select(p => $"{resource.Title}/{container["name"]}: {p}"));
        if (resource.Kind is "Deployment" or "StatefulSet")
            foreach (var container in Resource.Items(pod, "containers"))
                foreach (var probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
                    Want(container[probe] is not null, $"{probe} of {container["name"]}");
        return problems;
    }

    private static IEnumerable<string> ContainerProblems(JsonObject container)
    {
        var security = container["securityContext"];
        if (!Is(security?["readOnlyRootFilesystem"], true))
            yield return "readOnlyRootFilesystem";
        if (!Is(security?["allowPrivilegeEscalation"], false))
            yield return "allowPrivilegeEscalation false";
        if ((security?["capabilities"]?["drop"] as JsonArray)?.Any(c => c?.ToString() == "ALL") != true || security?["capabilities"]?["add"] is not null)
            yield return "no capability";
        if (security?["privileged"] is not null || security?["runAsUser"]?.ToString() == "0")
            yield return "not privileged, not root";
        foreach (var which in new[] { "requests", "limits" })
            foreach (var what in new[] { "cpu", "memory", "ephemeral-storage" })
                if (container["resources"]?[which]?[what] is null)
                    yield return $"resources.{which}.{what}";
        if (!VersionedImage().IsMatch(container["image"]?.ToString() ?? ""))
            yield return $"an image with a version, not {container["image"]}";
    }

    /// <summary>No password, token or key stands in a manifest.</summary>
    private static IEnumerable<string> SecretProblems(Resource resource)
    {
        if (resource.Kind == "Secret" && (resource.At("data") is not null || resource.At("stringData") is not null))
            yield return $"{resource.Title}: a secret in clear";
        foreach (var (place, value) in Texts(resource.Json, ""))
        {
            if (SecretForm().IsMatch(value) && !InScript(place))
                yield return $"{resource.Title}{place}: looks like a secret in clear";
        }
    }

    /// <summary>A script that makes passwords names variables where they will be.</summary>
    private static bool InScript(string place) => place.EndsWith("/secrets.sh", StringComparison.Ordinal);

    private static IEnumerable<(string Place, string Value)> Texts(JsonNode? node, string place) => node switch
    {
        JsonObject map => map.SelectMany(c => Texts(c.Value, $"{place}/{c.Key}")),
        JsonArray list => list.SelectMany((c, i) => Texts(c, $"{place}/{i}")),
        JsonValue value => [(place, value.ToString())],
        _ => [],
    };

    private static bool Is(JsonNode? node, bool value) => node is JsonValue v && v.TryGetValue<bool>(out var flag) && flag == value;

    [GeneratedRegex(@"^[^\s:@]+(:\d+/[^\s:@]+)?:(?!latest$)[0-9a-z][\w.-]*(@sha256:[0-9a-f]{64})?\z")]
    private static partial Regex VersionedImage();

    [GeneratedRegex(@"(?i)password=[^;\s]|default_pass\s*=\s*\S|://[^/\s:@]+:[^/\s@]+@|-----BEGIN|\b(token|secret)[""']?\s*[:=]\s*[""']?[0-9a-f]{16}")]
    private static partial Regex SecretForm();
}
